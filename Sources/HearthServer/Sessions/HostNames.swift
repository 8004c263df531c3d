/// Under which names the service may be asked where it lets everybody in.
///
/// A page of another site can make its own name lead to this machine (DNS rebinding), and would then read and change everything as if it
/// were ours; the name in the request is still its own.
struct HostNames: Sendable {
    /// Beside those of the loopback.
    let configured: Set<String>

    init(configured: [String] = []) {
        self.configured = Set(configured.map { $0.lowercased() })
    }

    /// - Parameter authority: of the request; nil for HTTP/1.0 without one, which no browser sends.
    func contain(_ authority: String?) -> Bool {
        guard let authority else { return true }
        var host = authority.lowercased()
        if host.hasPrefix("[") {
            host = String(host.dropFirst().prefix { $0 != "]" })
        } else if let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")) {
            host = String(host[..<colon])
        }
        if host.hasSuffix(".") { host.removeLast() }
        return LoopbackAddress.contains(host) || host.hasSuffix(".localhost") || configured.contains(host)
    }
}
