import Crypto
import Foundation
import HTTPTypes
import HearthDrivers

/// Checks who sent a delivery: `X-Hub-Signature-256` is the HMAC of the body, byte for byte as it came, by the app's secret.
struct WhatsAppSignature: Sendable {
    static let header = HTTPField.Name.known("X-Hub-Signature-256")

    private let keys: [SymmetricKey]

    /// - Parameter secrets: two while one replaces the other.
    init(secrets: [Secret]) {
        keys = secrets.map { SymmetricKey(data: Array($0.reveal().utf8)) }
    }

    /// Exactly one header, `sha256=` and 64 lower-case digits; anything else is refused without a look at the body.
    func isValid(_ headers: HTTPFields, body: Data) -> Bool {
        let given = headers[values: Self.header]
        guard given.count == 1, let code = Self.code(given[0]) else { return false }
        var isValid = false
        for key in keys {
            // CryptoKit compares in constant time; every key is tried, whichever fits.
            if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key) { isValid = true }
        }
        return isValid
    }

    private static func code(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("sha256="), text.utf8.count == 71 else { return nil }
        let digits = text.utf8.dropFirst(7).map { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        let known = digits.compactMap { $0 }
        guard known.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { known[$0] << 4 | known[$0 + 1] }
    }
}
