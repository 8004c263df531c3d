import Crypto
package import HearthTelemetry

/// The name of a kept answer: `<language>:<SHA-256 of the canonical form, 64 hexadecimal digits>`.
///
/// The digest is held as four words, so that comparing and hashing a key costs no allocation.
package struct CacheKey: Hashable, Sendable {
    package let language: Language
    private let word0: UInt64
    private let word1: UInt64
    private let word2: UInt64
    private let word3: UInt64

    package init(language: Language, form: CanonicalForm) {
        self.init(language: language, scope: Self.hash(ofScope: form.scope), text: form.text)
    }

    /// For many forms of one scope: the scope's part of the hash is computed once.
    init(language: Language, scope: SHA256, text: [UInt8]) {
        var hash = scope
        hash.update(data: text)
        self.language = language
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for (index, byte) in hash.finalize().enumerated() {
            switch index >> 3 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            default: words.3 = words.3 << 8 | UInt64(byte)
            }
        }
        (word0, word1, word2, word3) = words
    }

    static func hash(ofScope scope: [UInt8]) -> SHA256 {
        var hash = SHA256()
        hash.update(data: scope)
        return hash
    }

    private init(language: Language, digest: [UInt8]) {
        self.language = language
        word0 = Self.word(digest, at: 0)
        word1 = Self.word(digest, at: 8)
        word2 = Self.word(digest, at: 16)
        word3 = Self.word(digest, at: 24)
    }

    /// Reads what ``description`` writes; nil for anything else, upper-case digits included, so that a key has one spelling.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let language = Language(rawValue: String(decoding: parts[0], as: UTF8.self)),
            parts[1].count == 64
        else { return nil }
        var digest: [UInt8] = []
        digest.reserveCapacity(32)
        var high: UInt8?
        for character in parts[1] {
            guard let digit = Self.value(ofHexDigit: character) else { return nil }
            if let first = high {
                digest.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        self.init(language: language, digest: digest)
    }

    /// SHA-256 is uniform, so one word of it is hash enough for the tables of this process.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(word0)
    }

    package var digest: SIMD4<UInt64> { SIMD4(word0, word1, word2, word3) }

    /// 64 bits that spread keys over shards and jitter.
    package var spread: UInt64 { word1 }

    private static func word(_ digest: [UInt8], at offset: Int) -> UInt64 {
        digest[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func value(ofHexDigit character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension CacheKey: CustomStringConvertible {
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text = Array(language.rawValue.utf8)
        text.reserveCapacity(text.count + 65)
        text.append(UInt8(ascii: ":"))
        for word in [word0, word1, word2, word3] {
            for shift in stride(from: 60, through: 0, by: -4) {
                text.append(digits[Int(word >> UInt64(shift) & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
