import ArgumentParser
import HearthServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the tables of the configured databases up to date, as every start of the service does.",
        discussion: """
            Steps only add to what is there and are never undone; an older version works with newer tables.

            Examples:
              hearth migrate --dry-run
              DATABASE_URL_FILE=database.txt hearth migrate
              hearth migrate --to statistics-3-tenants

            See also: hearth serve, hearth config show.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp("Stop after this step, as --dry-run --json names it; a database without it is left alone.", valueName: "version")
    )
    var to: String?

    @Flag(name: .long, help: "Say what is missing, but change nothing.")
    var dryRun = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = try database.configuration()
        let (last, changes) = (to, !dryRun)
        do {
            let states = try await Waiting.show("Bringing tables up to date", on: output.errorTerminal) {
                try await HearthService.migrate(configuration, through: last, changes: changes)
            }
            for state in states {
                let text = output.json ? SchemaText.json(state).line : try SchemaText.lines(state, through: last, isDryRun: dryRun)
                Console().write(text)
            }
        } catch let error as SchemaError {
            throw CommandFailure(error.description, status: error.exitStatus)
        }
    }
}
