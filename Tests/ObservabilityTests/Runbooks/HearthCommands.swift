import Foundation
import HearthTestKit

/// What the built program says of its own commands, options and settings.
struct HearthCommands: Sendable {
    private struct Dump: Decodable {
        var command: Command
    }

    struct Command: Decodable, Sendable {
        struct Argument: Decodable, Sendable {
            struct Name: Decodable, Sendable {
                var kind: String
                var name: String
                var spelling: String { (kind == "long" ? "--" : "-") + name }
            }

            var kind: String
            var names: [Name]?
            var isOptional: Bool
            var isRepeating: Bool
        }

        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Command]?
    }

    private struct SettingLine: Decodable {
        var key: String
        var variable: String?
    }

    /// Functions that `index.md` defines for the way in which Hearth runs.
    static let shellFunctions: Set = ["hearth_log", "hearth_reload", "hearth_restart", "hearth_config"]

    let root: Command
    let settings: Set<String>
    let variables: Set<String>

    /// Asked once for all tests.
    static let shared = Task { try await HearthCommands() }

    private init() async throws {
        let folder = try TemporaryFolder(named: "hearth-runbooks")
        root = try JSONDecoder().decode(
            Dump.self, from: Data(try await Self.output(of: ["--experimental-dump-help"], in: folder).utf8)
        ).command
        let lines = try await Self.output(of: ["config", "list", "--format", "json"], in: folder).split(separator: "\n")
        let known = try lines.map { try JSONDecoder().decode(SettingLine.self, from: Data($0.utf8)) }
        settings = Set(known.map(\.key))
        let named = known.compactMap(\.variable)
        variables = Set(named + named.map { $0 + "_FILE" } + ["HEARTH_URL", "HEARTH_KEY_FILE"])
    }

    private static func output(of arguments: [String], in folder: TemporaryFolder) async throws -> String {
        let program = try RunningProgram(try HearthBinary.path(), arguments, folder: folder.path)
        let ending = try await program.waitForEnd()
        guard ending.status == 0 else { throw RunningProgram.Failure("hearth \(arguments) ended with \(ending.status): \(program.errors)") }
        return program.output
    }

    /// Everything that is wrong with the calls of `hearth` in a line for the shell.
    ///
    /// - Parameter isWhole: false in prose, where what a command needs may be left out.
    func faults(in line: String, isWhole: Bool = true) -> [String] {
        ShellLine(line).commands.flatMap { words -> [String] in
            guard let first = words.first else { return [] }
            switch first {
            case "hearth": return faults(of: Array(words.dropFirst()), isWhole: isWhole)
            case "hearth_config": return faults(of: ["config"] + words.dropFirst(), isWhole: isWhole)
            default: return []
            }
        }
    }

    private func faults(of words: [String], isWhole: Bool) -> [String] {
        var command = root
        var path = "hearth"
        var rest = words[...]
        while let subcommands = command.subcommands, !subcommands.isEmpty, let word = rest.first, !word.hasPrefix("-") {
            // What a function hands on is not known.
            if word.hasPrefix("$") { return [] }
            guard let next = subcommands.first(where: { $0.commandName == word }) else { return ["\(path) has no command \(word)"] }
            command = next
            path += " " + word
            rest = rest.dropFirst()
            if word == "help" { return [] }
        }
        if isWhole, let subcommands = command.subcommands, !subcommands.isEmpty, rest.isEmpty { return ["\(path) needs a command"] }
        return faults(of: rest, for: command, path: path, isWhole: isWhole)
    }

    private func faults(of words: ArraySlice<String>, for command: Command, path: String, isWhole: Bool) -> [String] {
        let arguments = command.arguments ?? []
        var faults: [String] = []
        var positionals = 0
        var rest = words
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                positionals += 1
                continue
            }
            let spelling = String(word.prefix { $0 != "=" })
            if ["--help", "-h", "--version"].contains(spelling) { continue }
            guard let option = arguments.first(where: { $0.names?.contains { $0.spelling == spelling } ?? false }) else {
                faults.append("\(path) has no option \(spelling)")
                continue
            }
            guard option.kind == "option", !word.contains("=") else { continue }
            if let value = rest.first, !value.hasPrefix("--") {
                rest = rest.dropFirst()
            } else if isWhole {
                faults.append("\(path) \(spelling) needs a value")
            }
        }
        let places = arguments.filter { $0.kind == "positional" }
        if positionals > places.count, !places.contains(where: \.isRepeating) { faults.append("\(path) takes \(places.count) arguments") }
        if isWhole, positionals < places.count(where: { !$0.isOptional }) { faults.append("\(path) needs an argument") }
        return faults
    }
}
