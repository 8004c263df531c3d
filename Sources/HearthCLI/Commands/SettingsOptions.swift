import ArgumentParser
import HearthServer

/// The flags that are settings of the service: the strongest layer of the configuration.
struct SettingsOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Configuration file (default hearth.yaml, if it is there).", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("Address to listen on (HEARTH_HOST; default 127.0.0.1).", valueName: "host"))
    var host: String?

    @Option(name: .long, help: ArgumentHelp("Port to listen on (HEARTH_PORT; default 4327).", valueName: "port"))
    var port: String?

    @Option(name: .long, help: ArgumentHelp("Folder of the SQLite files (HEARTH_DATA_DIR; default ./var).", valueName: "dir"))
    var dataDir: String?

    @Flag(name: .long, help: "Let the built-in simulator answer in place of a provider (HEARTH_SIMULATE_PROVIDER).")
    var simulateProvider = false

    func load(for purpose: ConfigurationPurpose) throws(ConfigurationError) -> LoadedConfiguration {
        var values: [String: String] = [:]
        values["listener.host"] = host
        values["listener.port"] = port
        values["dataDirectory"] = dataDir
        if simulateProvider { values["provider.simulate"] = "true" }
        return try ConfigurationLoader.load(
            from: .process(commandLine: values, file: config), for: purpose, validateJob: JobScheduleCheck.problems)
    }
}
