package import HearthDrivers
package import HearthTelemetry

/// A key that has just been made, and is known here for the only time.
package struct NewAPIKey: Sendable {
    package let secret: Secret
    package let key: APIKey

    package init(name: String, tenant: Tenant, scopes: Set<Scope>, at now: Timestamp, expiresAt: Timestamp?) {
        secret = APIKeyText.new()
        var random = SystemRandomNumberGenerator()
        // No letters that are taken for one another.
        let alphabet = Array("23456789abcdefghijkmnpqrstuvwxyz")
        let id = String((0..<8).map { _ in alphabet[Int(random.next(upperBound: UInt64(alphabet.count)))] })
        key = APIKey(
            id: id, name: name, tenant: tenant, scopes: scopes, fingerprint: Fingerprint(secret.reveal()), createdAt: now,
            expiresAt: expiresAt)
    }
}
