/// Keeps secrets out of log lines even where someone logs them by mistake.
enum SecretFields {
    static let replacement = "[redacted]"

    private static let names: Set<String> = [
        "authorization", "proxy_authorization", "api_key", "apikey", "x_api_key", "openai_api_key", "access_token", "refresh_token",
        "id_token",
        "token", "bearer", "password", "passwd", "secret", "client_secret", "private_key", "cookie", "set_cookie", "credentials",
    ]

    /// Whether the field's name says that its value is a secret, in any case and with `-`, `.` or `_` between its words.
    static func isSecret(name: String) -> Bool {
        let normal = String(decoding: name.utf8.map(normalized), as: UTF8.self)
        return names.contains(normal) || names.contains { normal.hasSuffix("_" + $0) }
    }

    /// Whether the value looks like a credential, whatever its field is called.
    static func isSecret(value: String) -> Bool {
        value.hasPrefix("sk-") || value.hasPrefix("Bearer ") || value.hasPrefix("Basic ")
    }

    private static func normalized(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
        case UInt8(ascii: "-"), UInt8(ascii: "."): UInt8(ascii: "_")
        default: byte
        }
    }
}
