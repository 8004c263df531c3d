/// Keeps secrets out of log lines even where someone logs them by mistake.
enum SecretFields {
    static let replacement = "[redacted]"

    private static let names = [
        "authorization", "api_key", "apikey", "token", "bearer", "password", "passwd", "secret", "private_key", "cookie", "credentials",
    ].map { Array($0.utf8) }

    /// Whether the field's name, or its end behind a `-`, `.` or `_`, says in any case that its value is a secret.
    static func isSecret(name: String) -> Bool {
        let bytes = name.utf8.map(normalized)
        return names.contains { secret in
            guard bytes.count >= secret.count, bytes.suffix(secret.count).elementsEqual(secret) else { return false }
            return bytes.count == secret.count || bytes[bytes.count - secret.count - 1] == UInt8(ascii: "_")
        }
    }

    /// Whether the value looks like a credential, whatever its field is called.
    static func isSecret(value: String) -> Bool {
        value.utf8.starts(with: "sk-".utf8) || value.utf8.starts(with: "Bearer ".utf8) || value.utf8.starts(with: "Basic ".utf8)
    }

    private static func normalized(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
        case UInt8(ascii: "-"), UInt8(ascii: "."): UInt8(ascii: "_")
        default: byte
        }
    }
}
