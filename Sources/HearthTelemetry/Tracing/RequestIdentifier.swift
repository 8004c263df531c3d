/// The name of one request, in the `X-Request-Id` header and in every log line about it.
package enum RequestIdentifier {
    private static let maximumLength = 128

    /// The caller's identifier where it is fit to be written to headers and logs, else a new one.
    ///
    /// Fit is 1 to 128 characters of `A-Z a-z 0-9 . _ : -`.
    package static func accept(_ inbound: String?, source: IdentifierSource = .system) -> String {
        guard let inbound, isFit(inbound) else { return new(source: source) }
        return inbound
    }

    /// 32 hexadecimal digits.
    package static func new(source: IdentifierSource = .system) -> String {
        let (high, low) = source.next()
        return HexDigits.text(high, low)
    }

    package static func isFit(_ text: String) -> Bool {
        (1...maximumLength).contains(text.utf8.count) && text.utf8.allSatisfy(isFit)
    }

    private static func isFit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
