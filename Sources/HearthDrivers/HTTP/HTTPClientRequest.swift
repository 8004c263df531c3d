/// One request to an HTTP server, complete with its limits.
package struct HTTPClientRequest: Sendable {
    package var method: Method
    /// An absolute `http` or `https` address.
    package var url: String
    package var headers: [Header]
    package var body: [UInt8]
    /// From the look-up of the name to the end of the TLS handshake.
    package var connectTimeout: Duration
    /// The whole exchange; nothing is waited for longer.
    package var totalTimeout: Duration
    /// The transfer is ended when the body grows past this.
    package var maximumResponseBytes: Int

    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package struct Header: Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        method: Method = .get,
        url: String,
        headers: [Header] = [],
        body: [UInt8] = [],
        connectTimeout: Duration = .seconds(5),
        totalTimeout: Duration = .seconds(30),
        maximumResponseBytes: Int = 1 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.maximumResponseBytes = maximumResponseBytes
    }
}

extension HTTPClientRequest {
    /// `host` or `host:port` of the address, without user, password, path and query, for logs and errors.
    package var host: String { Self.host(of: url) }

    package static func host(of url: String) -> String {
        let bytes = Array(url.utf8)
        var start = 0
        if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes.dropFirst(colon).starts(with: "://".utf8) { start = colon + 3 }
        let rest = bytes[start...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? rest.endIndex
        let authority = rest[..<end]
        let hostStart = authority.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? authority.startIndex
        let printable = authority[hostStart...].prefix(255).map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: printable, as: UTF8.self)
    }

    /// What is wrong with the request by its form; nil when it can be sent.
    ///
    /// Line breaks in a header would let a caller's text start a header of its own.
    var fault: String? {
        // Letters in lower case; `:` and `/` have this bit, too.
        let beginning = url.utf8.prefix(8).map { $0 | 0x20 }
        guard beginning.starts(with: "http://".utf8) || beginning.starts(with: "https://".utf8) else {
            return "the address does not begin with http:// or https://"
        }
        guard !host.isEmpty else { return "the address names no host" }
        guard url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return "the address has characters that must be percent-encoded" }
        for header in headers {
            let nameIsToken = !header.name.isEmpty && header.name.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ":") }
            guard nameIsToken else { return "a header name is not a token" }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                return "the value of header \(header.name) has control characters"
            }
        }
        return nil
    }
}
