package import HearthTelemetry

/// Where API keys are kept; the same on SQLite and on PostgreSQL.
///
/// Every change of what a key may do raises the revision in the same transaction, so that a service which asks for nothing but that number
/// every other second notices a revocation. The command line writes beside a running service.
package protocol APIKeyStore: Sendable {
    /// Rises with every change but that of the last uses.
    func revision() async throws -> Int64
    /// All keys, also those that have ended, the oldest first.
    func keys() async throws -> [APIKey]
    /// - Throws: ``APIKeyError``
    func add(_ key: APIKey) async throws
    /// Ends the keys with this name or id; returns those that were valid until now.
    func revoke(_ name: String, at now: Timestamp) async throws -> [APIKey]
    /// Puts a key in the place of the valid ones of its name, which end at the moment given unless they end before.
    ///
    /// - Throws: ``APIKeyError``
    func rotate(to key: APIKey, oldEndAt: Timestamp) async throws
    /// The moments at which keys were used last, by their ids.
    func noteUses(_ uses: [String: Timestamp]) async throws
}

package enum APIKeyError: Error, Equatable, CustomStringConvertible {
    /// A valid key has the name already.
    case nameTaken(String)
    /// No valid key has the name.
    case unknown(String)
    /// So many are kept, those that have ended included.
    case full(limit: Int)

    /// Keys in all, so that a table in memory has a bound.
    package static let limit = 10_000

    package var description: String {
        switch self {
        case .nameTaken(let name): "a key named \(name) is valid already; put another in its place: hearth keys rotate \(name)"
        case .unknown(let name): "no valid key has the name or id \(name); see: hearth keys list"
        case .full(let limit): "\(limit) keys are kept, which is the limit; each is kept until 90 days after its end"
        }
    }
}

/// The decisions that both stores share, on the rows that they have read.
enum APIKeyRules {
    /// Keys that ended longer ago are removed when another is added; until then lists show what became of them.
    static let keptAfterEnd = Duration.seconds(90 * 86_400)

    static func checkAdding(_ key: APIKey, to keys: [APIKey]) throws(APIKeyError) {
        guard keys.count < APIKeyError.limit else { throw .full(limit: APIKeyError.limit) }
        guard !keys.contains(where: { $0.name == key.name && $0.state(at: key.createdAt) == .valid }) else { throw .nameTaken(key.name) }
    }

    /// Those that the new one takes over from.
    static func replaced(by key: APIKey, of keys: [APIKey]) throws(APIKeyError) -> [APIKey] {
        guard keys.count < APIKeyError.limit else { throw .full(limit: APIKeyError.limit) }
        let replaced = keys.filter { $0.name == key.name && $0.state(at: key.createdAt) == .valid }
        guard !replaced.isEmpty else { throw .unknown(key.name) }
        return replaced
    }

    static func meant(by name: String, of keys: [APIKey], at now: Timestamp) -> [APIKey] {
        keys.filter { ($0.name == name || $0.id == name) && $0.state(at: now) == .valid }
    }
}
