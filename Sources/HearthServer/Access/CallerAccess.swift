import Crypto
import Foundation
import HTTPTypes
import HearthDrivers

/// Who may ask: everyone where no keys are configured, else callers that present one of them.
///
/// Only the keys' SHA-256 is held. Every configured key is compared, in time that does not depend on where they differ.
struct CallerAccess: Sendable {
    private let digests: [[UInt8]]

    init(keys: [Secret]) {
        digests = keys.map { Self.digest(of: $0.reveal()) }
    }

    var isOpen: Bool { digests.isEmpty }

    /// Looks for the key in `Authorization: Bearer` (RFC 6750) and in `X-API-Key`.
    func admits(_ headers: HTTPFields) -> Bool {
        guard !isOpen else { return true }
        guard let key = Self.presentedKey(in: headers) else { return false }
        let presented = Self.digest(of: key)
        var admitted = false
        for digest in digests {
            // No early end: the time tells nothing about which key came close.
            if Self.areEqual(digest, presented) { admitted = true }
        }
        return admitted
    }

    private static let keyHeader = HTTPField.Name.known("X-API-Key")

    private static func presentedKey(in headers: HTTPFields) -> String? {
        if let value = headers[.authorization] {
            let parts = value.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return String(parts[1])
        }
        return headers[keyHeader]
    }

    private static func digest(of key: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(key.utf8)))
    }

    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
