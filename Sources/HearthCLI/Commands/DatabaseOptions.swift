import ArgumentParser
import HearthServer

/// The databases of the service's configuration, used without a running service.
struct DatabaseOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Configuration file (default hearth.yaml, if it is there).", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("Folder of the SQLite files (HEARTH_DATA_DIR; default ./var).", valueName: "dir"))
    var dataDir: String?

    func configuration() throws(ConfigurationError) -> HearthConfiguration {
        var values: [String: String] = [:]
        values["dataDirectory"] = dataDir
        return try ConfigurationLoader.load(
            from: .process(commandLine: values, file: config), for: .show, validateJob: JobScheduleCheck.problems
        ).configuration
    }

    func withKeys<Value: Sendable>(_ body: @escaping @Sendable (any APIKeyStore) async throws -> Value) async throws -> Value {
        let configuration = try configuration()
        do {
            return try await HearthService.withAPIKeys(
                configuration, reportUnrecorded: { Console().writeError("The change is made, but not on record in the audit: \($0)") }, body
            )
        } catch let error as APIKeyError {
            throw CommandFailure(error.description)
        }
    }
}
