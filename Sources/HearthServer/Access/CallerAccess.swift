import Crypto
import Foundation
import HTTPTypes
import HearthDrivers
import HearthTelemetry

/// Who may ask: everyone where no keys are configured, else callers that present one of them.
///
/// Only the keys' SHA-256 is held. Every configured key is compared, in time that does not depend on where they differ.
struct CallerAccess: Sendable {
    private let keys: [(digest: [UInt8], caller: Caller)]

    init(keys: [HearthConfiguration.Credentials.NamedKey]) {
        self.keys = keys.map { key in
            (Self.digest(of: key.key.reveal()), Caller(credential: key.name, tenant: key.tenant, scopes: key.scopes))
        }
    }

    var isOpen: Bool { keys.isEmpty }

    /// Who presents a key in `Authorization: Bearer` (RFC 6750) or in `X-API-Key`; nil without one that is valid.
    func caller(of headers: HTTPFields) -> Caller? {
        guard !isOpen else { return .open }
        guard let key = Self.presentedKey(in: headers) else { return nil }
        let presented = Self.digest(of: key)
        var caller: Caller?
        for key in keys {
            // No early end: the time tells nothing about which key came close.
            if Self.areEqual(key.digest, presented) { caller = key.caller }
        }
        return caller
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
