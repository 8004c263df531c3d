import Foundation
package import HearthDrivers
package import HearthTelemetry

/// Reads whatever somebody may present as a credential, for those who look for input that makes Hearth trap, and for those who measure.
package enum CredentialCheck {
    private static let rules = TokenRules(
        issuer: "issuer", audience: "hearth", leeway: .seconds(60), tenantClaim: "tenant", scopesClaim: "scope")

    /// Whether all that holds of every input holds of this one.
    package static func holds(for bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let isKey = APIKeyText.isWellFormed(text)
        let keys = CredentialList.parse(text)
        _ = CallerAddress(forwarded: text)
        if TokenForm.isMeant(by: text[...]), let form = try? TokenForm(text[...]) {
            _ = try? rules.caller(form.claims, at: Timestamp(seconds: 1_800_000_000))
        }
        if let decoded = Base64URL.decode(bytes[...]) {
            let again = Data(decoded).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            guard Array(again.utf8) == bytes else { return false }
        }
        return !isKey || keys?.count == 1
    }

    /// Whether a token would be looked at further: what can be seen without a key is right.
    package static func isForm(_ token: String) -> Bool { (try? TokenForm(token[...])) != nil }

    /// What lets in tokens of the issuer `issuer` by a secret, and nobody else.
    package static func access(secret: Secret, limiter: AddressLimiter, timeSource: any TimeSource) async throws -> CallerAccess {
        let verifier = TokenVerifier(rules: rules, keys: try await TokenKeySet(secret: secret), capacity: 1000)
        return CallerAccess(keys: KeyRing(), tokens: verifier, opensWithoutCredentials: false, limiter: limiter, timeSource: timeSource)
    }
}
