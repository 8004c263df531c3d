import ArgumentParser
import Foundation
import HearthDrivers
import HearthServer
import HearthTelemetry

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list, replace and end the API keys of callers.",
        discussion: "They are in the database of the configuration; running services take changes over within 5 seconds.",
        subcommands: [Create.self, List.self, Rotate.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a key and print it, once.",
            discussion: """
                Examples:
                  hearth keys create --name shop --tenant acme --scopes query --expires 90d
                  hearth keys create --name grafana --scopes stats,metrics --expires never > grafana.key

                Only its SHA-256 is kept. See also: hearth keys rotate, hearth keys list.
                """)

        @Option(name: .long, help: ArgumentHelp("Its name: up to 64 letters, digits, dots, dashes and underscores.", valueName: "name"))
        var name: String

        @Option(name: .long, help: ArgumentHelp("Whose answers and figures it reaches.", valueName: "tenant"))
        var tenant = Tenant.standard.name

        @Option(name: .long, help: ArgumentHelp("What it is good for: query, write, stats, admin, metrics.", valueName: "list"))
        var scopes = Scope.query.rawValue

        @Option(name: .long, help: ArgumentHelp("When it ends, such as 90d; or never.", valueName: "duration"))
        var expires = "90d"

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard APIKey.isName(name) else {
                throw CommandFailure(
                    "--name \"\(name)\" must be 1 to 64 letters, digits, dots, dashes and underscores", status: ExitStatus.usage)
            }
            guard let owner = Tenant(tenant) else {
                throw CommandFailure(
                    "--tenant \"\(tenant)\" must be 1 to 64 of a-z, 0-9, dots, dashes and underscores, with a letter or digit first",
                    status: ExitStatus.usage)
            }
            let now = SystemTimeSource().now()
            let new = NewAPIKey(
                name: name, tenant: owner, scopes: try KeysCommand.scopes(scopes), at: now,
                expiresAt: try KeysCommand.end(expires, flag: "--expires", from: now))
            try await database.withKeys { try await $0.add(new.key) }
            KeysCommand.show(new, output: output)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the keys, without the keys themselves.",
            discussion:
                "Examples:\n  hearth keys list\n  hearth keys list --all --json\n\nSee also: hearth keys create, hearth keys revoke.")

        @Flag(name: .long, help: "Also those that have ended.")
        var all = false

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let now = SystemTimeSource().now()
            let keys = try await database.withKeys { try await $0.keys() }.filter { all || $0.state(at: now) == .valid }
            guard !output.json else { return keys.forEach { Console().write(KeysText.json($0, at: now).line) } }
            Console().write(KeysText.list(keys, at: now, width: output.terminal.width))
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Put a new key in the place of one, which stays valid for a while.",
            discussion: """
                Examples:
                  hearth keys rotate shop
                  hearth keys rotate shop --overlap 1h --expires 90d --json

                Tenant and scopes stay. See also: hearth keys revoke, which ends a key at once.
                """)

        @Argument(help: "The key's name.")
        var name: String

        @Option(name: .long, help: ArgumentHelp("How long the old key stays valid, such as 24h; 0s ends it now.", valueName: "duration"))
        var overlap = "24h"

        @Option(name: .long, help: ArgumentHelp("When the new key ends, such as 90d; or never.", valueName: "duration"))
        var expires = "90d"

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let now = SystemTimeSource().now()
            guard let duration = SettingText.duration(overlap), (.zero ... .seconds(90 * 86_400)).contains(duration) else {
                throw CommandFailure("--overlap \"\(overlap)\" must be a duration such as 1h or 24h, at most 90d", status: ExitStatus.usage)
            }
            let end = try KeysCommand.end(expires, flag: "--expires", from: now)
            let name = name
            let new = try await database.withKeys { store in
                guard let old = try await store.keys().last(where: { $0.name == name && $0.state(at: now) == .valid }) else {
                    throw APIKeyError.unknown(name)
                }
                let new = NewAPIKey(name: name, tenant: old.tenant, scopes: old.scopes, at: now, expiresAt: end)
                try await store.rotate(to: new.key, oldEndAt: now + duration)
                return new
            }
            KeysCommand.show(new, output: output)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End a key at once, on every replica within 5 seconds.",
            discussion: "Examples:\n  hearth keys revoke shop\n  hearth keys revoke 7kq2m4xw --json\n\nSee also: hearth keys list.")

        @Argument(help: "The key's name, which ends all keys of that name, or its id.")
        var name: String

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let now = SystemTimeSource().now()
            let name = name
            let revoked = try await database.withKeys { store in
                let revoked = try await store.revoke(name, at: now)
                guard !revoked.isEmpty else { throw APIKeyError.unknown(name) }
                return revoked
            }
            for key in revoked {
                Console().write(output.json ? KeysText.json(key, at: now, revokedAt: now).line : "Revoked \(key.name) (\(key.id)).")
            }
        }
    }

    private static func scopes(_ text: String) throws -> Set<Scope> {
        guard let scopes = Set<Scope>(list: text) else {
            throw CommandFailure(
                "--scopes \"\(text)\" must be some of \(Scope.allCases.map(\.rawValue).joined(separator: ",")), with commas between",
                status: ExitStatus.usage)
        }
        return scopes
    }

    private static func end(_ text: String, flag: String, from now: Timestamp) throws -> Timestamp? {
        if text == "never" { return nil }
        guard let duration = SettingText.duration(text), (.seconds(1) ... .seconds(3660 * 86_400)).contains(duration) else {
            throw CommandFailure("\(flag) \"\(text)\" must be never or a duration such as 12h or 90d", status: ExitStatus.usage)
        }
        return now + duration
    }

    /// The key alone goes to standard output, so that it can be redirected into a file.
    private static func show(_ new: NewAPIKey, output: OutputOptions) {
        guard !output.json else {
            return Console().write(KeysText.json(new.key, at: new.key.createdAt, secret: new.secret).line)
        }
        let end = new.key.expiresAt.map { "ends at \($0)" } ?? "does not end"
        Console().writeError(
            "Key \(new.key.name) (\(new.key.id)) of tenant \(new.key.tenant) for \(new.key.scopes.list); it \(end). It is shown this once:")
        Console().write(new.secret.reveal())
    }
}
