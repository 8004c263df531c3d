import HearthTelemetry
import Synchronization

/// Puts what happens to the service on record, beside the administrative acts: starts, stops, configurations, stores and providers that go
/// and come back.
///
/// A store that comes and goes all the time must not fill the record: no more than 60 in a minute are written, the rest is counted.
final class ServiceEvents: Sendable {
    private struct Budget {
        var minute: Int64 = .min
        var count = 0
    }

    static let perMinute = 60

    private let trail: AuditTrail
    private let instruments: AuditInstruments
    private let replica: String
    private let timeSource: any TimeSource
    private let budget = Mutex(Budget())

    init(trail: AuditTrail, instruments: AuditInstruments, replica: String, timeSource: any TimeSource) {
        self.trail = trail
        self.instruments = instruments
        self.replica = replica
        self.timeSource = timeSource
    }

    /// - Parameter facts: words and names of Hearth's own; nothing that a caller wrote.
    func note(_ event: AuditAction, _ facts: [String: String] = [:]) {
        let minute = timeSource.now().milliseconds / 60_000
        let isWithin = budget.withLock { budget in
            if budget.minute != minute { budget = Budget(minute: minute) }
            budget.count += 1
            return budget.count <= Self.perMinute
        }
        guard isWithin else {
            instruments.acts(.dropped).increment()
            return
        }
        trail.record(
            AuditRecord(
                actor: "hearth", tenant: nil, address: "local", action: event, method: "EVENT", route: event.rawValue,
                parameters: facts.merging(["replica": replica]) { $1 }))
    }
}
