import HTTPTypes
import HearthTelemetry
import NIOCore

/// From where a request comes, as far as guesses are counted: an IPv4 address, or the network of an IPv6 one, which has 2^64 addresses.
package struct CallerAddress: Sendable, Hashable {
    /// A number to count by; different in every process.
    let number: UInt64

    init(_ address: SocketAddress?) { self.init(text: address?.ipAddress ?? "") }

    /// - Parameter forwarded: `X-Forwarded-For`, where a proxy in front is trusted to add the address that it saw as the last one.
    init(forwarded: String) {
        self.init(text: forwarded.split(separator: ",").last.map { $0.filter { $0 != " " } } ?? "")
    }

    package init(text: String) {
        var hasher = Hasher()
        hasher.combine(Self.network(of: text))
        number = UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// `2001:db8:1:2` of `2001:db8:1:2::17`; other texts stay as they are.
    static func network(of text: String) -> String {
        let address = text.prefix { $0 != "%" }.lowercased()
        guard address.contains(":") else { return address }
        // An IPv4 address that is written as an IPv6 one.
        if let tail = address.split(separator: ":").last, tail.contains(".") { return String(tail) }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false).map {
            $0.split(separator: ":").map(String.init)
        }
        var groups = halves.first ?? []
        if halves.count == 2 {
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - halves[1].count)) + halves[1]
        }
        return groups.prefix(4).map { group in
            let digits = group.drop { $0 == "0" }
            return digits.isEmpty ? "0" : String(digits)
        }.joined(separator: ":")
    }

    /// Of a request that came over a connection.
    static func of(_ headers: HTTPFields, _ connection: @autoclosure () -> CallerAddress, isBehindProxy: Bool) -> CallerAddress {
        guard isBehindProxy, let forwarded = headers[forwardedFor] else { return connection() }
        return CallerAddress(forwarded: forwarded)
    }

    static let forwardedFor = HTTPField.Name.known("X-Forwarded-For")
}
