import HTTPTypes
import NIOCore

extension CallerAddress {
    /// The address of a request as the audit shows it, and `unknown` for what is none: a header may hold anything.
    static func text(of headers: HTTPFields, _ connection: SocketAddress?, isBehindProxy: Bool) -> String {
        guard isBehindProxy, let forwarded = headers[forwardedFor] else { return text(connection?.ipAddress ?? "") }
        return text(forwarded.split(separator: ",").last.map { $0.filter { $0 != " " } } ?? "")
    }

    /// Of digits, dots and colons, as long as an IPv6 address is at most.
    static func text(_ address: String) -> String {
        let address = address.prefix { $0 != "%" }.lowercased()
        let isAddress = (2...45).contains(address.utf8.count) && address.allSatisfy { $0 == "." || $0 == ":" || $0.isHexDigit }
        return isAddress ? address : "unknown"
    }
}
