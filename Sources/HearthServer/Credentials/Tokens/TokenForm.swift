import HearthUpstream

/// A JSON Web Token (RFC 7519) taken apart, of which nothing is believed yet.
///
/// All that can be seen without a key is looked at here, so that what is refused costs no signature check. Keys and addresses that the
/// header itself brings (`jwk`, `jku`, `x5c`, `x5u`) are never looked at.
struct TokenForm: Sendable {
    static let maximumBytes = 8 * 1024
    private static let maximumKeyNameBytes = 256
    /// Tokens of other kinds, such as those of a log-out, are signed by the same keys and mean something else (RFC 8725, 3.11).
    private static let types: Set<String> = ["jwt", "at+jwt", "application/at+jwt"]

    let algorithm: String
    let keyName: String?
    let claims: JSONTree
    /// What the signature is about: the first two parts with their dot.
    let signed: [UInt8]
    let signature: [UInt8]

    /// Whether a credential is meant as a token rather than as a key.
    static func isMeant(by credential: Substring) -> Bool {
        credential.utf8.starts(with: "ey".utf8) && credential.utf8.contains(UInt8(ascii: "."))
    }

    init(_ token: Substring) throws(TokenRefusal) {
        guard token.utf8.count <= Self.maximumBytes else { throw .tooLarge }
        let bytes = Array(token.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]) else { throw .malformed }
        guard let algorithm = header["alg"]?.string else { throw .algorithm }
        guard !header.has("crit"), !header.has("b64"), !header.has("cty"), !header.has("zip"), Self.isKnownType(header) else {
            throw .header
        }
        if header.has("kid") {
            guard let name = header["kid"]?.string, (1...Self.maximumKeyNameBytes).contains(name.utf8.count) else { throw .unknownKey }
            keyName = name
        } else {
            keyName = nil
        }
        guard TokenAlgorithm.known.contains(algorithm) else { throw .algorithm }
        guard let claims = Self.object(parts[1]), let signature = Base64URL.decode(parts[2]), !signature.isEmpty else { throw .malformed }
        self.algorithm = algorithm
        self.claims = claims
        signed = Array(bytes[..<parts[1].endIndex])
        self.signature = signature
    }

    private static func isKnownType(_ header: JSONTree) -> Bool {
        guard header.has("typ") else { return true }
        return header["typ"]?.string.map { types.contains($0.lowercased()) } ?? false
    }

    private static func object(_ part: ArraySlice<UInt8>) -> JSONTree? {
        guard let bytes = Base64URL.decode(part), let tree = JSONTree(bytes), tree.members != nil else { return nil }
        return tree
    }
}

/// The algorithms that tokens may be signed by (RFC 7518, RFC 8037); `none` is not among them in any spelling.
enum TokenAlgorithm {
    static let sharedSecret = "HS256"
    static let known: Set<String> = [
        sharedSecret, "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]
}
