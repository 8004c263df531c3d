import Crypto
import CryptoExtras
import Foundation
import HearthTelemetry

/// Signs tokens as an issuer does, and in ways that no issuer would.
struct TokenIssuer: Sendable {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let secret = "a secret of more than thirty-two bytes"

    let rsa: _RSA.Signing.PrivateKey
    let elliptic = P256.Signing.PrivateKey()
    let edwards = Curve25519.Signing.PrivateKey()

    /// Made once: an RSA key takes its time.
    static let shared = Task { try TokenIssuer() }

    private init() throws {
        rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    enum Signer: String, CaseIterable, Sendable {
        case rsa = "RS256"
        case elliptic = "ES256"
        case edwards = "EdDSA"

        var keyName: String { rawValue.lowercased() + "-key" }
    }

    /// The public keys as the issuer shows them.
    func jwks(_ additions: String = "") throws -> [UInt8] {
        let primitives = try rsa.publicKey.getKeyPrimitives()
        let point = elliptic.publicKey.rawRepresentation
        let keys = [
            #"{"kty":"RSA","kid":"rs256-key","use":"sig","alg":"RS256","n":"\#(Self.base64(primitives.modulus))","e":"\#(Self.base64(primitives.publicExponent))"}"#,
            #"{"kty":"EC","kid":"es256-key","crv":"P-256","x":"\#(Self.base64(point.prefix(32)))","y":"\#(Self.base64(point.suffix(32)))"}"#,
            #"{"kty":"OKP","kid":"eddsa-key","crv":"Ed25519","x":"\#(Self.base64(edwards.publicKey.rawRepresentation))"}"#,
        ]
        return Array("{\"keys\":[\(keys.joined(separator: ","))\(additions)]}".utf8)
    }

    func token(_ signer: Signer, header: String? = nil, claims: String = Self.claims()) throws -> String {
        let header = header ?? #"{"alg":"\#(signer.rawValue)","typ":"JWT","kid":"\#(signer.keyName)"}"#
        let signed = Self.base64(Data(header.utf8)) + "." + Self.base64(Data(claims.utf8))
        return signed + "." + Self.base64(try signature(signer, of: Data(signed.utf8)))
    }

    func signature(_ signer: Signer, of data: Data) throws -> Data {
        switch signer {
        case .rsa: try rsa.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation
        case .elliptic: try elliptic.signature(for: data).rawRepresentation
        case .edwards: try edwards.signature(for: data)
        }
    }

    /// By a secret, or by whatever bytes an attacker takes for one.
    static func token(
        header: String = #"{"alg":"HS256","typ":"JWT"}"#, claims: String = claims(), secret: [UInt8] = Array(secret.utf8)
    ) -> String {
        let signed = base64(Data(header.utf8)) + "." + base64(Data(claims.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: secret))
        return signed + "." + base64(Data(code))
    }

    /// What a good token says, with members in place of some or beside them; nil leaves one out.
    static func claims(_ changes: [String: String?] = [:]) -> String {
        var members: [String: String?] = [
            "iss": #""https://issuer.example""#, "aud": #""hearth""#, "exp": "\(now.seconds + 600)", "sub": #""salon-app""#,
            "tenant": #""acme""#, "scope": #""openid query stats""#,
        ]
        members.merge(changes) { $1 }
        let texts = members.sorted { $0.key < $1.key }.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{\(texts.joined(separator: ","))}"
    }

    static func base64(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
