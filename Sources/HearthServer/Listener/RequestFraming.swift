import NIOHTTP1

/// Refuses what the parser lets pass and another server on the way could read as a request with another end or another host.
///
/// RFC 9112, 3.2, 6.1 and 6.3. Lengths that contradict each other, folded lines and bare line ends are the parser's own to refuse.
enum RequestFraming {
    /// One look over the fields, since every request pays for it.
    static func fault(in head: HTTPRequestHead) -> HTTPParserError? {
        let isCurrent = head.version != .http1_0
        var hosts = 0
        var codings = 0
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4 where isSame(name, "host"):
                hosts += 1
                guard hosts == 1, isHost(value) else { return .invalidHeaderToken }
            case 17 where isSame(name, "transfer-encoding"):
                codings += 1
                // Another coding beside it would be decoded by nobody; in HTTP/1.0 there is none at all.
                guard codings == 1, isSame(value, "chunked"), isCurrent else { return .invalidHeaderToken }
            default: break
            }
        }
        return hosts == 0 && isCurrent ? .invalidHeaderToken : nil
    }

    /// Without regard to the case of ASCII letters; `lower` is in lower case.
    private static func isSame(_ text: String, _ lower: String) -> Bool {
        // The bit that tells small letters from capitals; `-` has it as well.
        text.utf8.count == lower.utf8.count && zip(text.utf8, lower.utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    /// A name or an address with an optional port, as far as its characters tell; it may be empty.
    private static func isHost(_ value: String) -> Bool {
        value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "["),
                UInt8(ascii: "]"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
    }
}
