import Synchronization

/// How many connections there are, in all and from each address.
///
/// The table has at most one entry per open connection, so the limit on connections bounds it.
final class ConnectionCensus: Sendable {
    enum Admission: Equatable, Sendable {
        case admitted
        case full
        case addressFull
    }

    private struct State {
        var total = 0
        var perAddress: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let limits: HearthConfiguration.Limits

    init(limits: HearthConfiguration.Limits) {
        self.limits = limits
    }

    func admit(_ address: String) -> Admission {
        state.withLock { state in
            guard state.total < limits.connections else { return .full }
            guard state.perAddress[address, default: 0] < limits.connectionsPerAddress else { return .addressFull }
            state.total += 1
            state.perAddress[address, default: 0] += 1
            return .admitted
        }
    }

    func release(_ address: String) {
        state.withLock { state in
            state.total -= 1
            let left = state.perAddress[address, default: 1] - 1
            state.perAddress[address] = left > 0 ? left : nil
        }
    }

    var total: Int { state.withLock { $0.total } }
}
