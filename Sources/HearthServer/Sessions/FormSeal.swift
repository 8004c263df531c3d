import Crypto
import Foundation
import HearthDrivers
import HearthTelemetry

/// Makes what only the holder of a session can present: tokens that bind a form to a session, an action and its parameters, and results
/// that a page shows after an action.
///
/// Both are made from the secret in the cookie, so that every replica can check them, also after a restart, and nobody can make them who
/// reads the database.
struct FormSeal: Sendable {
    static let lifetime = Duration.seconds(300)
    private static let nonceBytes = 16

    private let key: SymmetricKey

    /// - Parameter secret: the session's, or one of the process where everybody is let in.
    init(secret: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Data("hearth forms 1".utf8), outputByteCount: 32)
    }

    /// A token for a form that does something once within five minutes.
    func token(for purpose: String, _ parameters: [(name: String, value: String)], at now: Timestamp) -> String {
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<Self.nonceBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
        let head = Self.bytes(of: (now + Self.lifetime).milliseconds) + nonce
        return Base64URL.encode(head + mac(head, purpose, parameters))
    }

    /// A token that is what it should be.
    struct Accepted: Sendable {
        var fingerprint: Fingerprint
        var endsAt: Timestamp
    }

    /// Nil for a token that was not made for this, by this session, or too long ago.
    func check(
        _ token: String, for purpose: String, _ parameters: [(name: String, value: String)], at now: Timestamp
    ) -> Accepted? {
        let headBytes = 8 + Self.nonceBytes
        guard token.utf8.count <= 128, let bytes = Base64URL.decode(ArraySlice(token.utf8)), bytes.count == headBytes + 32 else {
            return nil
        }
        let head = Array(bytes[..<headBytes])
        guard
            HMAC<SHA256>.isValidAuthenticationCode(
                bytes[headBytes...], authenticating: Self.message(head, purpose, parameters), using: key)
        else { return nil }
        let endsAt = Timestamp(milliseconds: head[..<8].reduce(0) { $0 << 8 | Int64($1) })
        guard endsAt > now, endsAt <= now + Self.lifetime else { return nil }
        return Accepted(fingerprint: Fingerprint(token), endsAt: endsAt)
    }

    // MARK: Results

    /// The bytes, readable by the same session only.
    func close(_ bytes: [UInt8]) -> String? {
        (try? AES.GCM.seal(bytes, using: key))?.combined.map { Base64URL.encode(Array($0)) }
    }

    func open(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 4096, let bytes = Base64URL.decode(ArraySlice(text.utf8)),
            let box = try? AES.GCM.SealedBox(combined: bytes)
        else { return nil }
        return (try? AES.GCM.open(box, using: key)).map { Array($0) }
    }

    private func mac(_ head: [UInt8], _ purpose: String, _ parameters: [(name: String, value: String)]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Self.message(head, purpose, parameters), using: key))
    }

    /// Every part with its length, so that no two lists have the same bytes; the parameters in the order of their names.
    private static func message(_ head: [UInt8], _ purpose: String, _ parameters: [(name: String, value: String)]) -> [UInt8] {
        let texts = [purpose] + parameters.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.flatMap { [$0.name, $0.value] }
        return texts.reduce(into: head) { message, text in
            message += bytes(of: Int64(text.utf8.count))
            message += Array(text.utf8)
        }
    }

    private static func bytes(of number: Int64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
}
