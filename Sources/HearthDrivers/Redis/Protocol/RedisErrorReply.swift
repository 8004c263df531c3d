/// A reply that begins with `-`.
package struct RedisErrorReply: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is to be done about an error reply. The server's documentation names the first words.
    package enum Remedy: Sendable, Equatable {
        /// Ask the node that the reply names.
        case redirect
        /// The same command may succeed in a moment.
        case tryAgain
        /// Send the script's text instead of its digest.
        case sendScript
        /// This connection leads to the wrong server: connect again.
        case reconnect
        /// The server cannot serve now; it counts as a failure of the server.
        case unavailable
        /// The operator has to change something: login, rights, memory limit, a key of another type.
        case configuration
        /// The command itself was wrong.
        case command
    }

    package let text: String

    /// A server that does not know a command repeats the words behind it, and those of a login are secret: they are left out.
    package init(_ text: String) {
        let end = text.hasPrefix("ERR unknown") ? text.firstRange(of: ", with args beginning with")?.lowerBound : nil
        self.text = String(text[..<(end ?? text.endIndex)])
    }

    /// The first word, such as `NOSCRIPT`.
    package var code: Substring { text.prefix { $0 != " " } }

    /// The server has as many clients as it may have; it goes on to serve those.
    package var refusesClients: Bool { text.contains("max number of clients") }

    package var remedy: Remedy {
        switch code {
        case "MOVED", "ASK": .redirect
        case "TRYAGAIN": .tryAgain
        // One slot is between two nodes for a moment; the cluster as a whole serves.
        case "CLUSTERDOWN" where text.contains("slot not served"): .tryAgain
        case "NOSCRIPT": .sendScript
        case "READONLY", "MASTERDOWN", "UNBLOCKED": .reconnect
        case "LOADING", "BUSY", "CLUSTERDOWN", "NOREPLICAS": .unavailable
        case "NOAUTH", "WRONGPASS", "NOPERM", "WRONGTYPE", "OOM", "MISCONF", "DENIED": .configuration
        case "ERR" where refusesClients: .unavailable
        // A script met a key that has gone ahead of its slot to another node.
        case "ERR" where text.contains("non local key"): .tryAgain
        // A proxy that does not know EVALSHA, or forbids it.
        case "ERR" where text.contains("unknown command") && text.lowercased().contains("evalsha"): .sendScript
        default: .command
        }
    }

    /// Slot and node of MOVED and ASK, such as `MOVED 3999 127.0.0.1:6381`.
    package var redirection: (isPermanent: Bool, slot: Int, host: String, port: Int)? {
        let words = text.split(separator: " ")
        guard words.count >= 3, words[0] == "MOVED" || words[0] == "ASK", let slot = Int(words[1]), (0..<16_384).contains(slot),
            let colon = words[2].lastIndex(of: ":"), let port = Int(words[2][words[2].index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        return (words[0] == "MOVED", slot, String(words[2][..<colon]), port)
    }

    package var description: String { text.oneLine }
}
