import HearthDrivers
import HearthUpstream
import JWTKit

/// The keys that tokens are signed by, each good for one algorithm only.
///
/// A key is chosen here and by nothing but its name. jwt-kit's own collection would take another one for a name that it does not know, and
/// whatever algorithm the token asks for.
struct TokenKeySet: Sendable {
    struct Key: Sendable {
        let algorithm: String
        let verifier: any JWTAlgorithm
    }

    /// What is wrong with a set of keys.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    static let maximumBytes = 256 << 10
    static let maximumKeys = 100
    static let shortestSecret = 32
    /// 8,192 bits in Base64: larger moduli only cost time.
    private static let longestModulus = 1366

    private let named: [String: Key]
    /// The only key there is, for tokens that name none.
    private let only: Key?

    var count: Int { max(named.count, only == nil ? 0 : 1) }

    /// No token is valid.
    static let empty = TokenKeySet(named: [:], only: nil)

    private init(named: [String: Key], only: Key?) {
        self.named = named
        self.only = only
    }

    /// A secret that the issuer has, too.
    init(secret: Secret) async throws {
        let collection = JWTKeyCollection()
        await collection.add(hmac: HMACKey(from: secret.reveal()), digestAlgorithm: .sha256)
        self.init(
            named: [:], only: Key(algorithm: TokenAlgorithm.sharedSecret, verifier: try await collection.getKey()))
    }

    /// A JSON Web Key Set (RFC 7517); keys of kinds that are not known, and those that are not for signatures, are left out.
    init(jwks bytes: [UInt8]) async throws {
        guard bytes.count <= Self.maximumBytes else { throw Fault(description: "it is larger than \(Self.maximumBytes) bytes") }
        guard let keys = JSONTree(bytes)?["keys"]?.items else { throw Fault(description: "it is no JSON Web Key Set") }
        guard keys.count <= Self.maximumKeys else { throw Fault(description: "it has more than \(Self.maximumKeys) keys") }
        var named: [String: Key] = [:]
        var unnamed: [Key] = []
        for key in keys where Self.isForSignatures(key) {
            if key.has("d") { throw Fault(description: "it has a private key, which must be known to the issuer only") }
            guard let algorithm = Self.algorithm(of: key), let usable = try await Self.key(key, algorithm) else { continue }
            guard let name = key["kid"]?.string, !name.isEmpty else {
                unnamed.append(usable)
                continue
            }
            guard named.updateValue(usable, forKey: name) == nil else { throw Fault(description: "two of its keys have the same kid") }
        }
        let all = unnamed + named.values
        guard !all.isEmpty else { throw Fault(description: "none of its keys can be used: RSA, EC and Ed25519 keys for signatures can") }
        self.init(named: named, only: all.count == 1 ? all.first : nil)
    }

    /// The key that a token names; the only one there is for a token that names none.
    func key(for form: TokenForm) throws(TokenRefusal) -> Key {
        let chosen: Key? = if let name = form.keyName { named[name] } else { only }
        guard let key = chosen else { throw .unknownKey }
        // The key decides, not the token: else a public key could be used as the secret of HS256.
        guard key.algorithm == form.algorithm else { throw .algorithm }
        return key
    }

    private static func isForSignatures(_ key: JSONTree) -> Bool {
        let operations = key["key_ops"]?.items.map { $0.compactMap(\.string) }
        return (key["use"]?.string ?? "sig") == "sig" && (operations?.contains("verify") ?? true)
    }

    /// The algorithm that the key states, else the usual one of its kind; nil for a key that cannot be used.
    private static func algorithm(of key: JSONTree) -> String? {
        let usual: String? =
            switch (key["kty"]?.string, key["crv"]?.string) {
            case ("RSA", _): "RS256"
            case ("EC", "P-256"): "ES256"
            case ("EC", "P-384"): "ES384"
            case ("EC", "P-521"): "ES512"
            case ("OKP", "Ed25519"): "EdDSA"
            default: nil
            }
        guard let usual else { return nil }
        guard let stated = key["alg"]?.string else { return usual }
        let isOfItsKind = usual == "RS256" ? stated.hasPrefix("RS") || stated.hasPrefix("PS") : stated == usual
        return isOfItsKind && TokenAlgorithm.known.contains(stated) ? stated : nil
    }

    private static func key(_ key: JSONTree, _ algorithm: String) async throws -> Key? {
        if let modulus = key["n"]?.string, modulus.utf8.count > longestModulus { return nil }
        var plain = JSONTree.object([])
        for name in ["kty", "n", "e", "crv", "x", "y"] { plain[name] = key[name] }
        plain["alg"] = .string(algorithm)
        plain["kid"] = .string(algorithm)
        // One collection for each key, so that no other can be taken for it.
        let collection = JWTKeyCollection()
        do {
            let jwk = try JWK(json: String(decoding: plain.bytes, as: UTF8.self))
            try await collection.add(jwk: jwk)
            return Key(algorithm: algorithm, verifier: try await collection.getKey(for: jwk.keyIdentifier, alg: algorithm))
        } catch {
            throw Fault(description: "its key \(key["kid"]?.string ?? "without a name") cannot be read: \(error)")
        }
    }
}
