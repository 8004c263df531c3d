import HearthServer

/// `hearth help environment` and the other pages that belong to no single command.
enum HelpTopic: String, CaseIterable {
    case environment
    case exitCodes = "exit-codes"
    case formatting
    case time

    /// The topic that the arguments ask for; nil when they ask for something else. Misspelt topics that are no command either fail.
    static func asked(by arguments: [String]) throws(CommandFailure) -> HelpTopic? {
        guard arguments.count == 2, arguments[0] == "help" else { return nil }
        if let topic = HelpTopic(rawValue: arguments[1]) { return topic }
        guard CommandTree.unknownCommand(in: [arguments[1]], root: Hearth.self) != nil, !arguments[1].hasPrefix("-") else { return nil }
        let known =
            allCases.map(\.rawValue)
            + CommandTree.allPaths(root: Hearth.self).compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
        let hint = NearestWord.find(arguments[1], among: known).map { "did you mean hearth help \($0)?" }
        throw CommandFailure(
            "there is no help on \"\(arguments[1])\"; \(hint ?? "topics are \(allCases.map(\.rawValue).joined(separator: ", "))")",
            status: ExitStatus.usage)
    }

    var text: String {
        switch self {
        case .environment: Self.environmentText
        case .exitCodes:
            """
            Exit codes

              0    done
              1    failed
              2    wrong usage or configuration
              75   try again later: a port is taken, the service is overloaded or does not answer in time
              130  interrupted
            """
        case .formatting:
            """
            Formatting

              Results go to standard output; progress, hints and errors go to standard error.
              --json prints objects as the HTTP API names them, lists as one object a line.
              Colour is used on a terminal only. It is off with NO_COLOR, TERM=dumb or --color never,
              and on with CLICOLOR_FORCE or --color always. It never carries a meaning that the words do not.
            """
        case .time:
            """
            Time

              Output: ISO 8601 with its zone, such as 2026-11-22T17:40:00.000Z; relative times stand beside it.
              Input: ISO 8601, a date such as 2026-11-22 (midnight UTC), or a duration before now.
              Durations carry a unit: 200ms, 30s, 15m, 2h, 7d, or several from large to small, such as 1h30m.
            """
        }
    }

    private static var environmentText: String {
        var rows = SettingCatalogue.all.compactMap { setting in setting.variable.map { [$0, setting.defaultText ?? "", setting.meaning] } }
        rows.append(["HEARTH_URL", ServiceOptions.defaultURL, "Address of the running service that commands talk to"])
        rows.append(["HEARTH_KEY_FILE", "", "File with the key that commands show to the running service"])
        rows.append(["HEARTH_CA_FILE", "", "File with the authorities that commands trust instead of the system's"])
        let table = TextTable(columns: [.init("VARIABLE"), .init("DEFAULT"), .init("MEANING")], rows: rows)
        return "Environment\n\n" + table.render(width: nil) + "\nSecrets may also be given by a file: the name with _FILE at its end."
    }
}
