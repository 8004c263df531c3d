import HTTPTypes

/// Whether something was sent by a page of this service and not by another site that the browser has open.
enum RequestOrigin {
    private static let fetchSite = HTTPField.Name.known("Sec-Fetch-Site")
    private static let origin = HTTPField.Name.known("Origin")
    private static let forwardedHost = HTTPField.Name.known("X-Forwarded-Host")

    /// Browsers say it by `Sec-Fetch-Site`, where the connection is trustworthy to them, and by `Origin`; one of them has to be there, and
    /// none of them may say otherwise.
    static func isOwn(_ headers: HTTPFields, authority: String?, isBehindProxy: Bool) -> Bool {
        let site = headers[fetchSite]
        guard site == nil || site == "same-origin" else { return false }
        guard let origin = headers[origin] else { return site != nil }
        guard let host = (isBehindProxy ? headers[forwardedHost] : nil) ?? authority, !host.isEmpty else { return false }
        // A proxy in front may end TLS, so the scheme is not compared.
        return ["http://", "https://"].contains { origin.lowercased() == $0 + host.lowercased() }
    }

    /// Whether a browser says that a page of another site sends this. Programs say nothing, and no other page sees the answer to a read.
    static func isForeign(_ head: HTTPRequest, isBehindProxy: Bool) -> Bool {
        guard head.method != .get, head.method != .head else { return false }
        guard head.headerFields.contains(fetchSite) || head.headerFields.contains(origin) else { return false }
        return !isOwn(head.headerFields, authority: head.authority, isBehindProxy: isBehindProxy)
    }
}
