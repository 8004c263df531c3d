import HTTPTypes

/// The cookie of a session, as it is read and written (RFC 6265).
struct SessionCookie: Sendable {
    static let name = "hearth_session"

    /// Whether it may only be sent over encrypted connections.
    let isSecure: Bool
    /// What a proxy puts in front of every address, such as `/hearth`; empty for nothing.
    let prefix: String

    static func secret(in headers: HTTPFields) -> SessionSecret? {
        value(of: name, in: headers).flatMap { SessionSecret($0) }
    }

    /// The value of the first cookie of a name; others are not looked at.
    static func value(of name: String, in headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0] == name { return String(parts[1]) }
            }
        }
        return nil
    }

    func start(_ secret: SessionSecret) -> String {
        "\(Self.name)=\(secret.text); Max-Age=\(SessionRules.lifetime.components.seconds); \(attributes)"
    }

    var end: String { "\(Self.name)=; Max-Age=0; \(attributes)" }

    private var attributes: String {
        "Path=\(prefix)/admin; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }
}
