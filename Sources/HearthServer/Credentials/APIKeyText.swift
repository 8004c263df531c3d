import HearthDrivers

/// The text form of the keys that Hearth makes: `hearth_`, 43 random characters, and 6 that check them.
///
/// The form is GitHub's (https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/): a prefix that
/// tells whose key it is and cannot be part of Base64, and a CRC-32 in Base62, so that programs which look for leaked secrets find keys and
/// nothing but keys without asking anybody. 43 characters of 62 are 256 random bits.
enum APIKeyText {
    static let prefix = "hearth_"
    static let randomLength = 43
    static let checkLength = 6
    static let length = prefix.utf8.count + randomLength + checkLength
    /// For the programs that look for leaked secrets.
    static let pattern = "hearth_[0-9A-Za-z]{49}"

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A new key from the system's random numbers.
    static func new() -> Secret {
        var random = SystemRandomNumberGenerator()
        // Drawn without a remainder that would prefer some characters.
        let body = (0..<randomLength).map { _ in alphabet[Int(random.next(upperBound: UInt64(alphabet.count)))] }
        return Secret(prefix + String(decoding: body + check(of: body), as: UTF8.self))
    }

    /// Whether a text can be a key: prefix, length, alphabet and checksum are right.
    static func isWellFormed(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count == length, text.hasPrefix(prefix) else { return false }
        let rest = Array(text.utf8.dropFirst(prefix.utf8.count))
        guard rest.allSatisfy({ alphabet.contains($0) }) else { return false }
        return rest.suffix(checkLength).elementsEqual(check(of: Array(rest.prefix(randomLength))))
    }

    private static func check(of body: [UInt8]) -> [UInt8] {
        var rest = Checksum.crc32(body)
        var digits: [UInt8] = []
        for _ in 0..<checkLength {
            digits.insert(alphabet[Int(rest % 62)], at: 0)
            rest /= 62
        }
        return digits
    }
}
