package import HearthDrivers

extension HearthConfiguration {
    /// Which JSON Web Tokens are accepted; none without a secret or a set of keys.
    package struct Tokens: Sendable {
        /// Where the keys of the issuer come from.
        package enum Source: Sendable {
            case secret(Secret)
            case file(String)
            case url(String)
        }

        package var secret: Secret?
        package var keysFile: String?
        package var keysURL: String?
        package var issuer: String?
        package var audience: String?
        package var leeway: Duration
        package var tenantClaim: String?
        package var scopesClaim: String
        /// Verified tokens that are remembered.
        package var remembered: Int

        package var source: Source? {
            if let secret { return .secret(secret) }
            if let keysFile { return .file(keysFile) }
            return keysURL.map { .url($0) }
        }

        init(reading reader: inout SettingReader) {
            secret = reader.value(TokenSettings.secret)
            keysFile = reader.value(TokenSettings.keysFile)
            keysURL = reader.value(TokenSettings.keysURL)
            issuer = reader.value(TokenSettings.issuer)
            audience = reader.value(TokenSettings.audience)
            leeway = reader.value(TokenSettings.leeway)
            tenantClaim = reader.value(TokenSettings.tenantClaim)
            scopesClaim = reader.value(TokenSettings.scopesClaim)
            remembered = reader.value(TokenSettings.remembered)
        }
    }
}

enum TokenSettings {
    static let secret = Setting<Secret?>.secret(
        SettingPlace("credentials.tokens.secret", variable: "HEARTH_JWT_SECRET"), allowed: "a text of 32 to 1000 bytes",
        accepts: { (TokenKeySet.shortestSecret...1000).contains($0.utf8.count) && SettingText.plain($0) != nil },
        "Secret of tokens that are signed by HS256")
    static let keysFile = Setting<String?>.optionalText(
        SettingPlace("credentials.tokens.keys", variable: "HEARTH_JWT_KEYS"), allowed: "the path of a file",
        "File with the JSON Web Key Set that tokens are verified by")
    static let keysURL = Setting<String?>(
        SettingPlace("credentials.tokens.keysURL", variable: "HEARTH_JWT_KEYS_URL"), default: nil,
        allowed: "an address such as https://issuer.example/.well-known/jwks.json; http only to this machine",
        meaning: "Address of that set, which the job refresh-token-keys reads",
        read: { text in
            // Whoever could change the answer on its way could sign tokens.
            guard let url = ServiceURL(text), url.scheme == "https" || url.scheme == "http" && LoopbackAddress.contains(url.host) else {
                return nil
            }
            return .some(text)
        }, write: { $0 })
    static let issuer = Setting<String?>.optionalText(
        SettingPlace("credentials.tokens.issuer", variable: "HEARTH_JWT_ISSUER"), "What the claim iss must be")
    static let audience = Setting<String?>.optionalText(
        SettingPlace("credentials.tokens.audience", variable: "HEARTH_JWT_AUDIENCE"), "What the claim aud must have")
    static let leeway = Setting<Duration>.duration(
        "credentials.tokens.leeway", .seconds(60), in: .zero ... .seconds(60), "By how much the issuer's clock may differ")
    static let tenantClaim = Setting<String?>.optionalText(
        SettingPlace("credentials.tokens.tenantClaim", variable: "HEARTH_JWT_TENANT_CLAIM"), allowed: "the name of a claim",
        "Claim with the tenant; without it everybody is of the tenant default")
    static let scopesClaim = Setting<String>.text(
        SettingPlace("credentials.tokens.scopesClaim", variable: "HEARTH_JWT_SCOPES_CLAIM"), "scope", allowed: "the name of a claim",
        "Claim with the scopes")
    static let remembered = Setting<Int>.integer(
        "credentials.tokens.remembered", 10_000, in: 0...1_000_000, "Verified tokens that are remembered until they end")

    static let all = [
        secret.description, keysFile.description, keysURL.description, issuer.description, audience.description, leeway.description,
        tenantClaim.description, scopesClaim.description, remembered.description,
    ]
}
