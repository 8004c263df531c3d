import HearthDrivers
import Logging

/// What Redis did not do, as the log tells it: what is done about it has a line of its own, by the table of ``RedisErrorReply/Remedy``.
struct RedisRefusal: Sendable {
    /// What is done, and the first word of the reply.
    let kind: String
    let level: Logger.Level
    let message: Logger.Message

    /// Nil for what is no news of the server: the refusal of a run that a later one has overtaken is Hearth's own word.
    init?(_ error: RedisError) {
        switch error.kind {
        case .reply(let reply) where reply.code == "FENCED": return nil
        case .reply(let reply) where reply.refusesClients:
            (kind, level, message) = ("clients", .warning, "Redis takes no more clients; connections that are open go on")
        case .reply(let reply):
            kind = "\(reply.remedy) \(reply.code)"
            (level, message) = Self.line(for: reply.remedy)
        case .handshake: (kind, level, message) = ("login", .warning, "Redis refuses the login; it is tried ever more rarely")
        case .unreachable, .timeout, .protocolViolation, .unexpectedReply:
            (kind, level, message) = ("connection", .info, "Redis cannot be used; it is tried again by itself")
        case .breakerOpen, .overloaded, .cancelled, .tooLarge: return nil
        }
    }

    /// What goes right in the end is there for those who look for it only.
    private static func line(for remedy: RedisErrorReply.Remedy) -> (Logger.Level, Logger.Message) {
        switch remedy {
        case .redirect: (.debug, "Redis names another node; the command goes there")
        case .tryAgain: (.debug, "Redis is asked again in a moment")
        case .sendScript: (.debug, "Redis does not know a script; it is sent in full")
        case .reconnect: (.notice, "Redis is not the master any more; it is connected to again")
        case .unavailable: (.warning, "Redis cannot serve now; answers go on without it until it can")
        case .configuration: (.warning, "Redis refuses what its operator has to change")
        case .command: (.warning, "Redis refuses a command")
        }
    }
}

/// Which refusals are news: the first of a kind, and the first after a minute without it.
struct RefusalNews: Sendable {
    private static let quiet = Duration.seconds(60)
    /// A server or a proxy may have words of its own; all beyond so many count as one kind.
    static let limit = 32

    private var lastMet: [String: Duration] = [:]

    mutating func isNews(_ kind: String, at uptime: Duration) -> Bool {
        let kind = lastMet[kind] != nil || lastMet.count < Self.limit ? kind : "other"
        defer { lastMet[kind] = uptime }
        return lastMet[kind].map { uptime - $0 >= Self.quiet } ?? true
    }
}
