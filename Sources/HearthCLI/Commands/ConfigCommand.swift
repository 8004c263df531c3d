import ArgumentParser
import Foundation
import HearthServer

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Look at the configuration.",
        subcommands: [Show.self, Check.self, List.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print every setting with its value and where that was written; secrets are masked.",
            discussion: """
                Examples:
                  hearth config show
                  HEARTH_PROFILE=staging hearth config show --config staging.yaml --json

                See also: hearth config check, hearth config list.
                """)

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let loaded = try settings.load(for: .show)
            if output.json {
                for setting in loaded.settings { Console().write(Self.json(setting).line) }
                return
            }
            let rows = loaded.settings.map { [$0.setting.key, $0.shown, $0.origin.description] }
            let table = TextTable(columns: [.init("KEY"), .init("VALUE"), .init("ORIGIN")], rows: rows)
            Console().write(table.render(width: output.terminal.width))
        }

        private static func json(_ resolved: ResolvedSetting) -> JSONValue {
            .object([
                .init("key", .string(resolved.setting.key)), .init("value", resolved.text == nil ? .null : .string(resolved.shown)),
                .init("origin", .string(resolved.origin.description)),
            ])
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Find everything that would keep the service from starting with this configuration.",
            discussion: """
                Examples:
                  hearth config check --simulate-provider
                  hearth config check --config production.yaml

                See also: hearth config show, hearth help exit-codes.
                """)

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let loaded = try settings.load(for: .serve)
            let changed = loaded.settings.count { Self.isConfigured($0.origin) }
            if output.json {
                let file: JSONValue = loaded.file.map { .string($0) } ?? .null
                let members: [JSONValue.Member] = [
                    .init("valid", .bool(true)), .init("file", file), .init("profile", .string(loaded.configuration.profile.rawValue)),
                    .init("changed", .integer(changed)),
                ]
                Console().write(JSONValue.object(members).line)
                return
            }
            let settings = changed == 0 ? "defaults only" : changed == 1 ? "1 setting changed" : "\(changed) settings changed"
            let database = loaded.configuration.dataDirectory + "/" + HearthDatabase.fileName
            let state = FileManager.default.fileExists(atPath: database) ? "found" : "is made at the start"
            Console().write("configuration: \(settings), \(loaded.file ?? "no file"); database \(database) \(state)")
        }

        /// Whether somebody wrote the value down; flags are only for one start.
        private static func isConfigured(_ origin: SettingOrigin) -> Bool {
            switch origin {
            case .file, .variable: true
            case .defaults, .profile, .flag: false
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Print every setting there is: a table for documents, or a file to start from.",
            discussion: """
                Examples:
                  hearth config list --format yaml > hearth.yaml
                  hearth config list --format markdown

                See also: hearth config show.
                """)

        enum Format: String, CaseIterable {
            case markdown, yaml, json
        }

        @Option(name: .long, help: ArgumentHelp("markdown, yaml or json.", valueName: "format"))
        var format = Format.markdown.rawValue

        func run() throws {
            switch try Words.value(format, of: Format.self, name: "format") {
            case .markdown: Console().write(SettingCatalogue.markdown())
            case .yaml: Console().write(SettingCatalogue.exampleFile())
            case .json: for setting in SettingCatalogue.all { Console().write(Self.json(setting).line) }
            }
        }

        private static func json(_ setting: SettingDescription) -> JSONValue {
            func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
            return .object([
                .init("key", .string(setting.key)), .init("variable", text(setting.variable)), .init("flag", text(setting.flag)),
                .init("default", text(setting.defaultText)), .init("allowed", .string(setting.allowed)),
                .init("meaning", .string(setting.meaning)), .init("secret", .bool(setting.isSecret)),
            ])
        }
    }
}
