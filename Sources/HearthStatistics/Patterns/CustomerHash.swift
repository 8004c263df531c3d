import Crypto

/// A customer's pseudonym behind a keyed hash: two requests of one customer are known as such, and nobody is named.
package struct CustomerHash: Hashable, Sendable {
    /// The first 16 bytes of the hash; chance makes two of a billion customers equal with a probability of 1 in 10²⁰.
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}

/// Hashes customers' identifiers with HMAC-SHA-256 (RFC 2104), so that nobody without the key can try out names.
package struct CustomerHasher: Sendable {
    private let key: SymmetricKey

    /// - Parameter secret: the same for all replicas and restarts, or customers would be counted twice.
    package init(secret: String) {
        key = SymmetricKey(data: Array(secret.utf8))
    }

    package func hash(_ customer: String) -> CustomerHash {
        CustomerHash(bytes: Array(HMAC<SHA256>.authenticationCode(for: Array(customer.utf8), using: key).prefix(16)))
    }
}
