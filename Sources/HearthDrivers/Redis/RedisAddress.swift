/// Where a Redis server is and how to log in, from `redis://[user:password@]host[:port][/db]`.
///
/// `rediss://` asks for TLS. User and password are percent-encoded; an IPv6 address stands in brackets.
package struct RedisAddress: Sendable, Equatable, CustomStringConvertible {
    package var host: String
    package var port: Int
    package var usesTLS: Bool
    package var user: String?
    package var password: Secret?
    package var database: Int

    /// - Throws: ``StoreProbeError`` of kind `address`; the text does not repeat the address, because it may hold a password.
    package init(url: String) throws(StoreProbeError) {
        func fault(_ cause: String) -> StoreProbeError {
            StoreProbeError(kind: .address, store: "Redis", address: "", cause: cause)
        }
        guard let schemeEnd = url.firstRange(of: "://") else { throw fault("it does not begin with redis:// or rediss://") }
        switch url[..<schemeEnd.lowerBound].lowercased() {
        case "redis": usesTLS = false
        case "rediss": usesTLS = true
        default: throw fault("it does not begin with redis:// or rediss://")
        }
        var rest = url[schemeEnd.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { throw fault("options after ? or # are not supported") }

        database = 0
        if let slash = rest.firstIndex(of: "/") {
            let text = rest[rest.index(after: slash)...]
            guard text.isEmpty || Int(text).map({ (0...65_535).contains($0) }) == true else {
                throw fault("the part after / is not a database number")
            }
            database = Int(text) ?? 0
            rest = rest[..<slash]
        }

        user = nil
        password = nil
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { PercentEncoding.decode($0) }
            guard decoded.allSatisfy({ $0 != nil }) else { throw fault("user or password is not percent-encoded correctly") }
            user = decoded[0].flatMap { $0.isEmpty ? nil : $0 }
            if decoded.count == 2, let text = decoded[1], !text.isEmpty { password = Secret(text) }
            guard user == nil || password != nil else { throw fault("it names a user without a password") }
            rest = rest[rest.index(after: at)...]
        }

        guard let (host, port) = Self.hostAndPort(rest) else { throw fault("host or port is missing or malformed") }
        self.host = host
        self.port = port
    }

    /// The address without user and password.
    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(usesTLS ? "rediss" : "redis")://\(name):\(port)/\(database)"
    }

    private static func hostAndPort(_ text: Substring) -> (String, Int)? {
        var hostEnd = text.firstIndex(of: ":") ?? text.endIndex
        var host = text[..<hostEnd]
        if text.first == "[" {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<bracket]
            hostEnd = text.index(after: bracket)
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
        let tail = text[hostEnd...]
        guard !tail.isEmpty else { return (String(host), 6379) }
        guard tail.first == ":", let port = Int(tail.dropFirst()), (1...65_535).contains(port) else { return nil }
        return (String(host), port)
    }
}

extension StringProtocol {
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
    }
}

/// Percent-encoding of RFC 3986.
enum PercentEncoding {
    /// Nil for an incomplete or wrong sequence, or when the bytes are no UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
