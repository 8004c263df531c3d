import GRDB
import HearthDrivers
import HearthTelemetry
import Logging

/// What lets callers in.
struct AccessParts: Sendable {
    let access: CallerAccess
    let instruments: AccessInstruments
    let keeper: KeyRingKeeper
    let sessions: BrowserSessions
    let sessionInstruments: SessionInstruments
    /// Nil where no tokens are accepted.
    let tokenKeys: TokenKeySource?

    /// Whether nobody could be let in by a credential; a database that could not be asked may have some.
    var hasNoCredentials: Bool { access.keys.isEmpty && access.tokens == nil && access.keys.revision != nil }
}

extension Composition {
    /// - Throws: ``StartupError`` for a file of token keys that cannot be used.
    static func access(
        _ foundation: Foundation, _ database: EmbeddedDatabase, _ shared: SharedDatabase?, _ curl: CurlClient
    ) async throws -> AccessParts {
        let configuration = foundation.configuration
        let time = foundation.timeSource
        let instruments = AccessInstruments(registry: foundation.registry)
        let ring = KeyRing(configured: configuration.credentials.apiKeys)
        let store: any APIKeyStore = if let shared { PostgresAPIKeys(client: shared.client) } else { SQLiteAPIKeys(database: database) }
        let keeper = KeyRingKeeper(
            ring: ring, store: store, instruments: instruments, timeSource: time, logger: foundation.logs.logger("hearth.access"))
        if shared?.isReady != false { await keeper.refresh() }
        let tokenKeys = try await tokenKeys(configuration.credentials.tokens, curl)
        let limiter = AddressLimiter(failuresPerMinute: configuration.credentials.failuresPerMinute, timeSource: time)
        let access = CallerAccess(
            keys: ring, tokens: tokenKeys?.verifier,
            opensWithoutCredentials: configuration.profile == .development && configuration.listener.isLoopback, limiter: limiter,
            timeSource: time)
        foundation.registry.addCollector("access") {
            let states = ring.counts(at: time.now())
            for state in AccessInstruments.KeyState.allCases { instruments.keys(state).set(states[state] ?? 0) }
            instruments.tokenKeys.set(access.tokens?.keyCount ?? 0)
            instruments.knownTokens.set(access.tokens?.knownCount ?? 0)
            limiter.forgetOld()
            instruments.failingAddresses.set(limiter.count)
        }
        let sessionInstruments = SessionInstruments(registry: foundation.registry)
        let sessionStore: any SessionStore =
            if let shared { PostgresSessions(client: shared.client) } else { SQLiteSessions(database: database) }
        let sessions = BrowserSessions(store: sessionStore, instruments: sessionInstruments, timeSource: time)
        foundation.registry.addCollector("sessions") { sessionInstruments.known.set(sessions.count) }
        return AccessParts(
            access: access, instruments: instruments, keeper: keeper, sessions: sessions, sessionInstruments: sessionInstruments,
            tokenKeys: tokenKeys)
    }

    private static func tokenKeys(_ tokens: HearthConfiguration.Tokens, _ curl: CurlClient) async throws -> TokenKeySource? {
        guard let source = tokens.source, let issuer = tokens.issuer, let audience = tokens.audience else { return nil }
        let rules = TokenRules(
            issuer: issuer, audience: audience, leeway: tokens.leeway, tenantClaim: tokens.tenantClaim, scopesClaim: tokens.scopesClaim)
        let keys = TokenKeySource(source: source, verifier: TokenVerifier(rules: rules, capacity: tokens.remembered), http: curl)
        // What is on this machine must be right at the start; an address is read by the job, which starts with the service.
        if case .url = source { return keys }
        do {
            _ = try await keys.refresh()
        } catch {
            throw StartupError.tokenKeys(path: tokens.keysFile ?? "credentials.tokens.secret", cause: "\(error)")
        }
        return keys
    }
}
