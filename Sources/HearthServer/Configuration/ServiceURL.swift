/// The parts of an address such as `redis://user:password@host:6379/0`, as far as configuration has to look at them.
struct ServiceURL: Equatable {
    var scheme: String
    var user: String?
    var password: String?
    var host: String
    var port: Int?
    /// From the first `/` after the host on, query included.
    var path: String

    /// Fails for anything without a scheme and a host, with white space, or with a port that is not one.
    init?(_ text: String) {
        guard !text.contains(where: { $0.isWhitespace || $0.isNewline }), let separator = text.firstSlice(of: "://") else { return nil }
        scheme = text[..<separator.lowerBound].lowercased()
        guard let first = scheme.first, first.isLetter else { return nil }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        path = String(rest[authority.endIndex...])
        var hostAndPort = authority
        if let at = authority.lastIndex(of: "@") {
            let credentials = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = credentials.first.map(String.init)
            password = credentials.count > 1 ? String(credentials[1]) : nil
            hostAndPort = authority[authority.index(after: at)...]
        }
        guard let (host, port) = Self.splitPort(hostAndPort) else { return nil }
        self.host = host
        self.port = port
    }

    private static func splitPort(_ text: Substring) -> (String, Int?)? {
        var host = text
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":") else { return nil }
                portText = rest.dropFirst()
            }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            portText = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard let portText else { return (String(host), nil) }
        guard portText.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(portText), (1...65535).contains(port) else { return nil }
        return (String(host), port)
    }

    /// The address with its password, if any, replaced.
    var masked: String {
        var text = scheme + "://"
        if let user {
            text += user
            if password != nil { text += ":" + SettingText.mask }
            text += "@"
        }
        text += host.contains(":") ? "[\(host)]" : host
        if let port { text += ":\(port)" }
        // A query may carry a password too (`?password=…`), so it is not shown.
        return text + path.prefix { $0 != "?" } + (path.contains("?") ? "?" + SettingText.mask : "")
    }
}

extension String {
    /// Where `other` occurs first.
    fileprivate func firstSlice(of other: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}

/// Addresses that only this machine can reach.
enum LoopbackAddress {
    static func contains(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || isLoopbackIPv4(host)
    }

    /// Four numbers up to 255 of which the first is 127. It is asked for each request.
    private static func isLoopbackIPv4(_ host: String) -> Bool {
        guard host.utf8.starts(with: "127.".utf8) else { return false }
        var dots = 0
        var number: Int?
        for byte in host.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let grown = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                guard grown <= 255 else { return false }
                number = grown
            case UInt8(ascii: "."):
                guard number != nil else { return false }
                number = nil
                dots += 1
            default: return false
            }
        }
        return dots == 3 && number != nil
    }
}
