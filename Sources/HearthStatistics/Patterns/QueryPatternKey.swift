import Crypto
package import HearthTelemetry

/// The name of a query pattern: who asks, its language and the SHA-256 of its normalised text.
///
/// Unlike a cache key it stays the same when the model, the system prompt or the provider changes.
package struct QueryPatternKey: Hashable, Sendable {
    package var tenant: Tenant
    package var language: Language
    package var digest: SIMD4<UInt64>

    package init(tenant: Tenant = .standard, language: Language, digest: SIMD4<UInt64>) {
        self.tenant = tenant
        self.language = language
        self.digest = digest
    }

    package init(tenant: Tenant = .standard, language: Language, normalizedText: String) {
        self.tenant = tenant
        self.language = language
        var bytes = SHA256.hash(data: Array(normalizedText.utf8)).makeIterator()
        digest = .zero
        for lane in digest.indices {
            for _ in 0..<8 { digest[lane] = digest[lane] << 8 | UInt64(bytes.next() ?? 0) }
        }
    }

    /// What is counted of a tenant's language without being told apart.
    package static func remainder(_ language: Language, of tenant: Tenant = .standard) -> QueryPatternKey {
        QueryPatternKey(tenant: tenant, language: language, digest: .zero)
    }

    package var isRemainder: Bool { digest == .zero }

    /// A digest is uniform, so one word of it is hash enough; the standard tenant's, which are most often all, are not worth more.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(digest.x)
        if tenant != .standard { hasher.combine(tenant) }
    }

    /// The digest as the databases keep it.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for lane in digest.indices {
            for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: digest[lane] >> shift)) }
        }
        return bytes
    }

    /// Nil for anything but 32 bytes.
    init?(tenant: Tenant, language: Language, bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.tenant = tenant
        self.language = language
        digest = .zero
        for (place, byte) in bytes.enumerated() { digest[place >> 3] = digest[place >> 3] << 8 | UInt64(byte) }
    }
}
