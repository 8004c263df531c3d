import CAllocationCount
import HearthTelemetry

/// The cost of one call: the median of several rounds, and the allocations of a call.
package struct Measurement {
    package let name: String
    package let nanoseconds: Double
    package let allocations: Double

    package init(name: String, nanoseconds: Double, allocations: Double) {
        self.name = name
        self.nanoseconds = nanoseconds
        self.allocations = allocations
    }

    /// Calls the body until a round lasts a tenth of a second, and takes the median of seven rounds.
    package static func of(_ name: String, _ body: () -> Void) -> Measurement {
        var calls = 1
        while time(of: calls, body) < .milliseconds(100) { calls *= 2 }
        var rounds: [Double] = []
        let before = hearth_allocation_count()
        for _ in 0..<7 { rounds.append(time(of: calls, body).fractionalSeconds * 1e9 / Double(calls)) }
        let allocations = hearth_allocation_count() - before
        return Measurement(name: name, nanoseconds: rounds.sorted()[3], allocations: Double(allocations) / Double(7 * calls))
    }

    private static func time(of calls: Int, _ body: () -> Void) -> Duration {
        let clock = SystemTimeSource()
        let begin = clock.uptime()
        for _ in 0..<calls { body() }
        return clock.uptime() - begin
    }

    /// `name   12.3 ns   0 allocations   at most 80 ns`.
    package func line(aim: Double?) -> String {
        let time = nanoseconds < 100_000 ? "\(Self.rounded(nanoseconds)) ns" : "\(Self.rounded(nanoseconds / 1e6)) ms"
        let limit = aim.map { $0 < 100_000 ? "at most \(Int($0)) ns" : "at most \(Int($0 / 1e6)) ms" } ?? ""
        return Self.padded(name, 52) + Self.padded(time, 14, left: true) + Self.padded("\(Self.rounded(allocations))", 14, left: true)
            + "   " + limit
    }

    package static let header =
        padded("", 52) + padded("time", 14, left: true) + padded("allocations", 14, left: true) + "   aim"

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return left ? blanks + text : text + blanks
    }
}
