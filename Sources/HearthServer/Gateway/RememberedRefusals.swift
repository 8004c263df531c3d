import HearthTelemetry
import HearthUpstream
import Synchronization

/// What the provider refused for its contents a moment ago; asked again it would refuse it again.
final class RememberedRefusals: Sendable {
    /// More are not remembered.
    static let limit = 1024

    /// A provider may refuse to stream what it answers otherwise.
    private struct Place: Hashable {
        var key: AnswerProducer.Shared
        var isStreamed: Bool
    }

    private struct Refusal: Sendable {
        var until: Duration
        var error: UpstreamError
    }

    private let refusals = Mutex<[Place: Refusal]>([:])
    /// Nil turns it off.
    private let lifetime: Duration?
    private let timeSource: any TimeSource

    init(lifetime: Duration?, timeSource: any TimeSource) {
        self.lifetime = lifetime
        self.timeSource = timeSource
    }

    func find(_ key: AnswerProducer.Shared, isStreamed: Bool) -> UpstreamError? {
        guard lifetime != nil else { return nil }
        let place = Place(key: key, isStreamed: isStreamed)
        let now = timeSource.uptime()
        return refusals.withLock { refusals in
            guard let refusal = refusals[place] else { return nil }
            if now < refusal.until { return refusal.error }
            refusals[place] = nil
            return nil
        }
    }

    func note(_ error: UpstreamError, for key: AnswerProducer.Shared, isStreamed: Bool) {
        guard let lifetime, case .clientError(let status) = error.kind, [400, 404, 413, 415, 422].contains(status) else { return }
        let now = timeSource.uptime()
        let place = Place(key: key, isStreamed: isStreamed)
        refusals.withLock { refusals in
            if refusals.count >= Self.limit { refusals = refusals.filter { now < $0.value.until } }
            guard refusals.count < Self.limit else { return }
            refusals[place] = Refusal(until: now + lifetime, error: error)
        }
    }
}
