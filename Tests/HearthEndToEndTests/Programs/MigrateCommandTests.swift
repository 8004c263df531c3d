import HearthTestKit
import Testing

@Suite("The tables of the databases, from the command line", .serialized, .timeLimit(.minutes(8)))
struct MigrateCommandTests {
    private static func states(_ text: String) -> [JSONNode] { text.split(separator: "\n").compactMap { JSONNode($0) } }

    private static func names(_ node: JSONNode) -> [String] { node.items.compactMap(\.text) }

    @Test("An embedded database is looked at without being made, brought to a step, then up to date, and never back")
    func embedded() async throws {
        let stage = try await Stage()
        let looked = try await stage.run(["migrate", "--dry-run", "--json"])
        #expect(looked.status == 0, "\(looked.errors)")
        let empty = try #require(Self.states(looked.output).first)
        let steps = Self.names(empty["steps"])
        #expect(steps.count > 8 && Self.names(empty["missing"]) == steps && empty["database"].text == "sqlite")
        #expect(stage.bytes("hearth.sqlite") == nil, "a look makes no file")

        let partly = try await stage.run(["migrate", "--to", "statistics-2-patterns", "--json"])
        #expect(partly.status == 0, "\(partly.errors)")
        let applied = Self.names(Self.states(partly.output).first?["applied"] ?? .null)
        #expect(applied.last == "statistics-2-patterns" && applied == Array(steps.prefix(applied.count)))
        let again = try await stage.run(["migrate", "--to", "statistics-2-patterns"])
        #expect(again.status == 0 && again.output.contains("nothing to add up to statistics-2-patterns"))

        let rest = try await stage.run(["migrate", "--dry-run"])
        #expect(rest.status == 0 && rest.output.contains("  missing  statistics-3-tenants\n"))
        #expect(rest.output.contains("\(steps.count - applied.count) steps would be added"))
        let completed = try await stage.run(["migrate"])
        #expect(completed.status == 0 && completed.output.contains("\(steps.count - applied.count) steps added"), "\(completed.errors)")
        #expect(try await stage.run(["migrate"]).output.contains("up to date"))

        let back = try await stage.run(["migrate", "--to", "statistics-2-patterns"])
        #expect(back.status == 1 && back.errors.contains("steps are never undone"))
        let unknown = try await stage.run(["migrate", "--to", "statistics-2-pattern"])
        #expect(unknown.status == 2 && unknown.errors.contains("did you mean statistics-2-patterns?"))

        // The service that starts on it has nothing left to do, and does not keep a look away.
        let hearth = try await stage.start()
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
        let beside = try await stage.run(["migrate"])
        #expect(beside.status == 0 && beside.output.contains("up to date"), "\(beside.errors)")
    }

    @Test("Steps of a newer version are named and left alone; a folder in use is not changed under the service")
    func newerAndBusy() async throws {
        let stage = try await Stage()
        #expect(try await stage.run(["migrate"]).status == 0)
        try await Self.execute("INSERT INTO grdb_migrations VALUES ('statistics-9-future')", in: stage)
        let newer = try await stage.run(["migrate"])
        #expect(newer.status == 0 && newer.output.contains("  newer    statistics-9-future\n"))
        #expect(newer.output.contains("newer than this version"))

        let hearth = try await stage.start()
        // As if this program were newer than the one that runs.
        try await Self.execute("DELETE FROM grdb_migrations WHERE identifier = 'sessions-1'", in: stage)
        let busy = try await stage.run(["migrate"])
        #expect(busy.status == 75 && busy.errors.contains("is in use by Hearth pid \(hearth.program.processIdentifier)"), "\(busy.errors)")
    }

    @Test("A shared database is brought up to date beside the embedded one; one that does not answer means: try again later")
    func shared() async throws {
        let stage = try await Stage()
        let environment = ["DATABASE_URL": try await PostgresScratch.url()]
        let partly = try await stage.run(["migrate", "--to", "statistics-2-patterns", "--json"], environment: environment)
        #expect(partly.status == 0, "\(partly.errors)")
        let states = Self.states(partly.output)
        #expect(states.map { $0["database"].text } == ["sqlite", "postgres"])
        for state in states { #expect(Self.names(state["applied"]).contains("statistics-2-patterns")) }
        // Each has tables of its own, and a step that one does not know is nothing to it.
        let own = try #require(Self.names(states[1]["missing"]).first { !Self.names(states[0]["steps"]).contains($0) })
        let one = try await stage.run(["migrate", "--to", own, "--json"], environment: environment)
        #expect(Self.states(one.output).map { Self.names($0["applied"]).isEmpty } == [true, false], "\(one.errors)")

        let all = try await stage.run(["migrate"], environment: environment)
        #expect(all.status == 0, "\(all.errors)")
        #expect(!all.output.contains("hunter"))
        let after = try await stage.run(["migrate", "--dry-run", "--json"], environment: environment)
        #expect(Self.states(after.output).allSatisfy { Self.names($0["missing"]).isEmpty })

        let away = try await stage.run(["migrate"], environment: ["DATABASE_URL": "postgres://a:secret-word@127.0.0.1:1/x"])
        #expect(away.status == 75 && away.errors.contains("127.0.0.1:1") && !away.errors.contains("secret-word"))
    }

    private static func execute(_ sql: String, in stage: Stage) async throws {
        let shell = try RunningProgram(
            "/usr/bin/sqlite3", [stage.dataFolder + "/hearth.sqlite", sql], folder: stage.folder.path, environment: [:])
        #expect(try await shell.waitForEnd().status == 0, "\(shell.errors)")
    }
}
