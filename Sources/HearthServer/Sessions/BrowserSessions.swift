import Crypto
import HearthDrivers
import HearthTelemetry
import Synchronization

/// Lets browsers in by the cookie that they got for a key.
///
/// A session is looked up in the database at most once in five seconds, so that its end on another replica is noticed as fast as the end of
/// a key. While the database does not answer, sessions that were seen here before go on.
final class BrowserSessions: Sendable {
    private struct Known {
        var session: BrowserSession
        var checkedAt: Duration
    }

    enum Finding: Sendable {
        case found(BrowserSession)
        case unknown
        /// The database does not answer, and the session was never seen here.
        case unavailable
    }

    /// Sessions that are remembered here; those looked up longest ago are forgotten first.
    static let capacity = 1000
    private static let freshness = Duration.seconds(5)
    static let patience = Duration.milliseconds(500)

    private let store: any SessionStore
    private let instruments: SessionInstruments
    private let timeSource: any TimeSource
    private let known = Mutex<[Fingerprint: Known]>([:])

    init(store: any SessionStore, instruments: SessionInstruments, timeSource: any TimeSource) {
        self.store = store
        self.instruments = instruments
        self.timeSource = timeSource
        instruments.limit.set(Self.capacity)
    }

    /// Sessions that are remembered here and have not ended.
    var count: Int {
        let now = timeSource.now()
        return known.withLock { $0.values.count { $0.session.endsAt > now } }
    }

    /// Begins a session for whoever has a key; returns what goes into the cookie.
    func begin(key: Fingerprint) async throws -> SessionSecret {
        let secret = SessionSecret.random()
        let now = timeSource.now()
        let session = BrowserSession(
            fingerprint: secret.fingerprint, key: key, startedAt: now, endsAt: now + SessionRules.lifetime)
        try await store.begin(session)
        remember(session)
        instruments.events(.started).increment()
        return secret
    }

    func end(_ secret: SessionSecret) async throws {
        known.withLock { $0[secret.fingerprint] = nil }
        try await store.end(secret.fingerprint)
        instruments.events(.ended).increment()
    }

    func find(_ secret: SessionSecret) async -> Finding {
        let fingerprint = secret.fingerprint
        let before = known.withLock { $0[fingerprint] }
        if let before, timeSource.uptime() - before.checkedAt < Self.freshness { return finding(before.session) }
        let store = store
        let answer = await Patience.wait(atMost: Self.patience) { () async -> Result<BrowserSession?, any Error> in
            do { return .success(try await store.session(fingerprint)) } catch { return .failure(error) }
        }
        switch answer {
        case .success(let session?):
            remember(session)
            return finding(session)
        case .success(nil):
            known.withLock { $0[fingerprint] = nil }
            instruments.events(.refused).increment()
            return .unknown
        case .failure, nil:
            guard let before else { return .unavailable }
            return finding(before.session)
        }
    }

    /// Takes a form's token for used; false where it was before.
    func use(_ token: Fingerprint, until end: Timestamp) async throws -> Bool {
        try await store.use(token, until: end, at: timeSource.now())
    }

    private func finding(_ session: BrowserSession) -> Finding {
        guard session.endsAt > timeSource.now() else {
            instruments.events(.expired).increment()
            return .unknown
        }
        return .found(session)
    }

    private func remember(_ session: BrowserSession) {
        let now = timeSource.uptime()
        known.withLock { known in
            if known.count >= Self.capacity, known[session.fingerprint] == nil {
                // A tenth at once, so that this does not happen for every session of a flood.
                for (fingerprint, _) in known.sorted(by: { $0.value.checkedAt < $1.value.checkedAt }).prefix(Self.capacity / 10) {
                    known[fingerprint] = nil
                }
            }
            known[session.fingerprint] = Known(session: session, checkedAt: now)
        }
    }
}

/// What a browser's cookie holds: 256 random bits.
struct SessionSecret: Sendable {
    let bytes: [UInt8]

    static func random() -> SessionSecret {
        var random = SystemRandomNumberGenerator()
        return SessionSecret(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Nil for anything but the one way of writing 32 bytes.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(ArraySlice(text.utf8)), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    var text: String { Base64URL.encode(bytes) }
    var fingerprint: Fingerprint { Fingerprint(text) }
}
