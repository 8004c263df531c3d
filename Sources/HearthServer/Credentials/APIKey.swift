package import HearthDrivers
package import HearthTelemetry

/// An API key as it is kept: everything but the key.
package struct APIKey: Sendable, Equatable {
    /// Short and random; names the key in lists and commands.
    package var id: String
    /// Several keys have the same name while one takes over from the other.
    package var name: String
    package var tenant: Tenant
    package var scopes: Set<Scope>
    package var fingerprint: Fingerprint
    package var createdAt: Timestamp
    /// Nil for a key that ends only when it is revoked.
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?
    /// To the hour, so that a busy key costs no writing.
    package var lastUsedAt: Timestamp?

    package enum State: String, Sendable {
        case valid
        case expired
        case revoked
    }

    package func state(at now: Timestamp) -> State {
        if revokedAt != nil { return .revoked }
        if let expiresAt, expiresAt <= now { return .expired }
        return .valid
    }

    /// 1 to 64 letters, digits, `.`, `_` and `-`.
    package static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                }
            }
    }
}

/// Scopes as they are kept and listed: in the order of their declaration, with a comma between.
extension Set<Scope> {
    /// Nil for an empty list, and for words that are no scopes.
    package init?(list: String) {
        guard let scopes = CredentialList.scopes(list, separator: ",") else { return nil }
        self = scopes
    }

    package var list: String { Scope.allCases.filter(contains).map(\.rawValue).joined(separator: ",") }
}
