/// Who waits for which call: the pure part of merging identical questions.
///
/// The first caller of a key leads: its question is the one that is asked. Callers that come while the call is under way
/// follow. If the call fails, the followers get one more attempt among them, led by the first of them; if that fails too, all
/// of them fail. So identical questions asked together cost one call, and two at most.
struct FlightTable<Key: Hashable & Sendable, Waiter: Hashable & Sendable> {
    enum Entrance: Equatable {
        /// Start the call.
        case leads
        /// Wait for the call under way.
        case follows
        /// Too many wait for this key already.
        case refused
    }

    enum Landing: Equatable {
        /// All of these get the outcome.
        case deliver([Waiter])
        /// The leader gets the failure; the call is made once more for the others.
        case retry(failed: Waiter?, promoted: Waiter)
    }

    private struct Flight {
        var leader: Waiter?
        var followers: [Waiter] = []
        var attempt = 1
        /// Differs between two calls under the same key, so that the end of an abandoned one is not taken for the other's.
        var number: UInt64
    }

    private var flights: [Key: Flight] = [:]
    private var lastNumber: UInt64 = 0
    private let followerLimit: Int

    init(followerLimit: Int) {
        self.followerLimit = followerLimit
    }

    var count: Int { flights.count }
    var waiterCount: Int { flights.values.reduce(0) { $0 + $1.followers.count + ($1.leader == nil ? 0 : 1) } }

    func number(of key: Key) -> UInt64? { flights[key]?.number }

    mutating func enter(_ key: Key, _ waiter: Waiter) -> Entrance {
        guard let flight = flights[key] else {
            lastNumber += 1
            flights[key] = Flight(leader: waiter, number: lastNumber)
            return .leads
        }
        guard flight.followers.count < followerLimit else { return .refused }
        flights[key]?.followers.append(waiter)
        return .follows
    }

    /// A caller went away. Returns true when nobody waits any more and the call should be cancelled.
    mutating func leave(_ key: Key, _ waiter: Waiter) -> Bool {
        guard var flight = flights[key] else { return false }
        if flight.leader == waiter {
            flight.leader = nil
        } else {
            flight.followers.removeAll { $0 == waiter }
        }
        let isAbandoned = flight.leader == nil && flight.followers.isEmpty
        flights[key] = isAbandoned ? nil : flight
        return isAbandoned
    }

    /// The call with this number ended; nil if it had been abandoned before.
    mutating func land(_ key: Key, number: UInt64, succeeded: Bool) -> Landing? {
        guard var flight = flights[key], flight.number == number else { return nil }
        if !succeeded, flight.attempt == 1, let promoted = flight.followers.first {
            let failed = flight.leader
            flight.leader = promoted
            flight.followers.removeFirst()
            flight.attempt = 2
            flights[key] = flight
            return .retry(failed: failed, promoted: promoted)
        }
        flights[key] = nil
        return .deliver((flight.leader.map { [$0] } ?? []) + flight.followers)
    }
}
