import HearthCache
import HearthTelemetry
import Synchronization

/// Merges identical questions that are asked through the gateway at the same time, streamed or not, into one call.
final class GatewayFlights: Sendable {
    enum Entrance: Sendable {
        /// The reader's own call was started.
        case leads(GatewayFlight, GatewayFlight.Reader)
        case follows(GatewayFlight, GatewayFlight.Reader)
        /// Too many wait for this answer already.
        case refused
    }

    private let flights = Mutex<[AnswerProducer.Shared: GatewayFlight]>([:])
    private let followerLimit: Int
    private let finishShare: Double
    /// Of streams that came to their end, the mean of the last few; 0 before the first.
    private let usualBytes = Atomic(0)

    /// - Parameter finishShare: from which share of the usual length on a stream is fetched to its end although its readers have left.
    init(followerLimit: Int, finishShare: Double) {
        self.followerLimit = followerLimit
        self.finishShare = finishShare
    }

    /// A stream has come to its end.
    func noteLength(_ bytes: Int) {
        let known = usualBytes.load(ordering: .relaxed)
        // Two that end at the same time may lose one of the figures, which does no harm.
        usualBytes.store(known == 0 ? bytes : known + (bytes - known) / 8, ordering: .relaxed)
    }

    private var finishFrom: Int? {
        let usual = usualBytes.load(ordering: .relaxed)
        return usual == 0 ? nil : Int((Double(usual) * finishShare).rounded(.up))
    }

    /// Questions that are with the provider now.
    var count: Int { flights.withLock { $0.count } }

    func enter(_ key: AnswerProducer.Shared, _ call: @escaping @Sendable (GatewayFlight) async -> GatewayFlight.Outcome) -> Entrance {
        let (entrance, started) = flights.withLock { flights -> (Entrance, GatewayFlight?) in
            if let flight = flights[key], let reader = flight.join(limit: followerLimit) { return (.follows(flight, reader), nil) }
            // A flight that nobody can join any more is over or full.
            if let flight = flights[key], flight.isOpen { return (.refused, nil) }
            let flight = GatewayFlight(finishFrom: finishFrom)
            guard let reader = flight.join(limit: .max) else { return (.refused, nil) }
            flights[key] = flight
            return (.leads(flight, reader), flight)
        }
        started?.start(call) { [weak self, weak started] in
            guard let self, let started else { return }
            self.flights.withLock { flights in
                if flights[key] === started { flights[key] = nil }
            }
        }
        return entrance
    }

    /// A call that is shared with nobody.
    static func alone(_ call: @escaping @Sendable (GatewayFlight) async -> GatewayFlight.Outcome) -> Entrance {
        let flight = GatewayFlight()
        guard let reader = flight.join(limit: .max) else { return .refused }
        flight.start(call) {}
        return .leads(flight, reader)
    }
}
