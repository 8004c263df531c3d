import HearthCache
import HearthTelemetry
import Synchronization

/// Lets one maintenance run at a time: within this process by a flag, among replicas that share a store by a claim in it.
///
/// Pruning twice would do no harm, only twice the work; so where nobody can tell whether another replica is at it, it runs.
final class MaintenanceTurn: Sendable {
    private let shared: (any SharedFlights)?
    private let isTaken = Mutex(false)
    /// The name of the claim: no question has this form.
    private static let claimName = CacheKey(
        language: .en, form: CanonicalForm(scope: Array("maintenance".utf8), text: []))

    /// - Parameter shared: where replicas claim; nil for one that is alone.
    init(shared: (any SharedFlights)?) {
        self.shared = shared
    }

    /// Whether this process is at it.
    var isTakenHere: Bool { isTaken.withLock { $0 } }

    /// Runs the body unless another is at it; nil then.
    func run<Value: Sendable>(
        _ body: @Sendable () async throws(AnswerStoreError) -> Value
    ) async throws(AnswerStoreError) -> Value? {
        guard
            isTaken.withLock({ taken in
                defer { taken = true }
                return !taken
            })
        else { return nil }
        defer { isTaken.withLock { $0 = false } }
        guard let shared else { return try await body() }
        switch await shared.claim(Self.claimName) {
        case .taken: return nil
        case .unavailable: return try await body()
        case .granted(let token):
            let result = await shared.holding(Self.claimName, token: token) { () async -> Result<Value, AnswerStoreError> in
                do throws(AnswerStoreError) {
                    return .success(try await body())
                } catch {
                    return .failure(error)
                }
            }
            await shared.release(Self.claimName, token: token)
            return try result.get()
        }
    }
}
