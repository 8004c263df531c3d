package import HearthTelemetry

/// The `Retry-After` header of RFC 9110, section 10.2.3: seconds, or a date.
///
/// Whatever a provider says, the result lies between ``shortest`` and ``longest``.
package enum RetryAfter {
    static let shortest = Duration.seconds(1)
    static let longest = Duration.seconds(120)

    /// Nil when there is no header or it cannot be read.
    package static func parse(_ header: String?, now: Timestamp) -> Duration? {
        guard let header, header.utf8.count <= 64 else { return nil }
        let text = header.filter { $0 != " " }
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // A number too large for an integer is simply very long.
            return clamped(.seconds(Int(text) ?? 120))
        }
        return httpDate(header).map { clamped($0 - now) }
    }

    static func clamped(_ duration: Duration) -> Duration {
        min(max(duration, shortest), longest)
    }

    /// The preferred form of RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func httpDate(_ text: String) -> Timestamp? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].last == ",", parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            parts[1].count == 2, parts[3].count == 4
        else { return nil }
        let monthText = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(iso8601: "\(parts[3])-\(monthText)-\(parts[1])T\(parts[4])Z")
    }
}
