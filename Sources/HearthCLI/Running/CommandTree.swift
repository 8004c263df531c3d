import ArgumentParser
import HearthServer

/// Walks arguments down the tree of commands, as far as the parser does.
enum CommandTree {
    /// The failure for a word where a command is expected and which is none, with the nearest one that exists.
    static func unknownCommand(in arguments: [String], root: any ParsableCommand.Type) -> CommandFailure? {
        var type = root
        for word in arguments {
            let known = names(below: type)
            guard !known.isEmpty, !word.hasPrefix("-") else { return nil }
            if let next = subcommand(word, of: type) {
                type = next
                continue
            }
            let path = path(of: arguments, root: root)
            if word == "help" { return nil }
            let hint = NearestWord.find(word, among: known.keys.sorted()).map { "did you mean \(path) \($0)?" }
            return CommandFailure(
                "\"\(word)\" is not a command of \(path); \(hint ?? "it has \(known.keys.sorted().joined(separator: ", "))")",
                status: ExitStatus.usage)
        }
        return nil
    }

    /// The command that the arguments name, as it is typed: `hearth jobs runs`.
    static func path(of arguments: [String], root: any ParsableCommand.Type) -> String {
        var type = root
        var path = root.configuration.commandName ?? "hearth"
        for word in arguments {
            guard let next = subcommand(word, of: type) else { break }
            type = next
            path += " " + word
        }
        return path
    }

    /// All commands as they are typed, for the golden list and for help.
    static func allPaths(root: any ParsableCommand.Type) -> [String] {
        let name = root.configuration.commandName ?? ""
        let below = names(below: root).sorted { $0.key < $1.key }.flatMap { allPaths(root: $0.value) }
        return below.isEmpty ? [name] : below.map { name + " " + $0 }
    }

    private static func names(below type: any ParsableCommand.Type) -> [String: any ParsableCommand.Type] {
        let configuration = type.configuration
        let all = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
        return Dictionary(all.map { ($0.configuration.commandName ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func subcommand(_ name: String, of type: any ParsableCommand.Type) -> (any ParsableCommand.Type)? {
        names(below: type)[name]
    }
}
