/// In which order the providers of a model are asked: rank after rank, and within a rank by chance, in proportion to the weights.
struct ProviderChoice: Sendable, Equatable {
    struct Member: Sendable, Equatable {
        var name: String
        /// 1 and more; of 3 and 1 the first is asked first in three of four cases.
        var weight: Int
    }

    /// A route's ranks, the first choice first.
    typealias Ranks = [[Member]]

    /// What applies to every model that has no route of its own.
    static let anyModel = "*"

    private let routes: [String: Ranks]
    private let otherwise: Ranks

    /// - Parameters:
    ///   - main: asked where no route says anything else.
    init(routes: [String: Ranks], main: String) {
        self.routes = routes
        otherwise = routes[Self.anyModel] ?? [[Member(name: main, weight: 1)]]
    }

    /// - Parameter unitRandom: 0..<1, anew at each call.
    func order(for model: String, unitRandom: () -> Double) -> [String] {
        (routes[model] ?? otherwise).flatMap { rank in
            var left = rank
            var order: [String] = []
            while !left.isEmpty {
                var point = unitRandom() * Double(left.reduce(0) { $0 + $1.weight })
                // Rounding may leave a hair; then it is the last one.
                let index = left.firstIndex { member in
                    point -= Double(member.weight)
                    return point < 0
                }
                order.append(left.remove(at: index ?? left.count - 1).name)
            }
            return order
        }
    }
}
