import HearthTelemetry
import HearthUpstream

/// What a token's claims must say, and who it makes of its bearer.
struct TokenRules: Sendable {
    var issuer: String
    var audience: String
    /// By how much clocks may differ.
    var leeway: Duration
    /// Nil: everybody is of the default tenant, whatever tokens say.
    var tenantClaim: String?
    var scopesClaim: String

    /// 9999-12-31T23:59:59Z.
    private static let latest = 253_402_300_799.0

    /// Who presents a token with these claims, and when that ends.
    func caller(_ claims: JSONTree, at now: Timestamp) throws(TokenRefusal) -> (caller: Caller, endsAt: Timestamp) {
        guard let expiry = Self.moment(claims["exp"]) else { throw .claims }
        let end = expiry + leeway
        guard end > now else { throw .expired }
        for name in ["nbf", "iat"] where claims.has(name) {
            guard let begin = Self.moment(claims[name]) else { throw .claims }
            guard begin <= now + leeway else { throw .notYetValid }
        }
        guard claims["iss"]?.string == issuer else { throw .issuer }
        guard Self.texts(claims["aud"])?.contains(audience) == true else { throw .audience }
        return (Caller(credential: Self.name(claims), tenant: try tenant(claims), scopes: try scopes(claims), means: .token), end)
    }

    private func tenant(_ claims: JSONTree) throws(TokenRefusal) -> Tenant {
        guard let tenantClaim else { return .standard }
        guard let tenant = claims[tenantClaim]?.string.flatMap({ Tenant($0) }) else { throw .claims }
        return tenant
    }

    /// A text with spaces between the scopes (RFC 8693, 4.2) or a list; words that are none of Hearth's are for somebody else.
    private func scopes(_ claims: JSONTree) throws(TokenRefusal) -> Set<Scope> {
        guard let value = claims[scopesClaim] else { throw .claims }
        let words: [String]
        if let text = value.string {
            words = text.split(separator: " ").map(String.init)
        } else if let list = Self.texts(value) {
            words = list
        } else {
            throw .claims
        }
        return Set(words.compactMap(Scope.init(rawValue:)))
    }

    /// The name under which the bearer is limited and recorded.
    private static func name(_ claims: JSONTree) -> String {
        guard let subject = claims["sub"]?.string, (1...128).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return "token" }
        return "token:" + subject
    }

    /// Seconds since 1970, with or without a fraction (RFC 7519, 2); nil for anything else.
    private static func moment(_ value: JSONTree?) -> Timestamp? {
        guard let seconds = value?.double, (0...latest).contains(seconds) else { return nil }
        return Timestamp(milliseconds: Int64(seconds * 1000))
    }

    /// One text or a list of texts.
    private static func texts(_ value: JSONTree?) -> [String]? {
        if let text = value?.string { return [text] }
        guard let items = value?.items else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }
}
