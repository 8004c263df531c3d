import Configuration
import Foundation

/// Where configuration comes from, apart from defaults.
package struct ConfigurationSources: Sendable {
    package var environment: [String: String]
    /// Values given by flags, by the key of their setting.
    package var commandLine: [String: String]
    /// The file given by `--config`; without it `hearth.yaml` in ``directory`` is used if it is there.
    package var file: String?
    /// The working directory, where relative paths start.
    package var directory: String

    package init(environment: [String: String], commandLine: [String: String] = [:], file: String? = nil, directory: String) {
        self.environment = environment
        self.commandLine = commandLine
        self.file = file
        self.directory = directory
    }

    /// The environment and working directory of this process.
    package static func process(commandLine: [String: String] = [:], file: String? = nil) -> ConfigurationSources {
        ConfigurationSources(
            environment: ProcessInfo.processInfo.environment, commandLine: commandLine, file: file,
            directory: FileManager.default.currentDirectoryPath)
    }
}

/// A configuration and how it came about.
package struct LoadedConfiguration: Sendable {
    package var configuration: HearthConfiguration
    /// Every setting with its value's origin, in the order of the catalogue.
    package var settings: [ResolvedSetting]
    /// The file that was read; nil when there is none.
    package var file: String?
}

/// Something wrong with a job's schedule or zone, found by who understands them.
package struct JobProblem: Sendable {
    /// The last part of the key, such as `schedule`.
    package var field: String
    package var value: String
    package var problem: String

    package init(field: String, value: String, problem: String) {
        self.field = field
        self.value = value
        self.problem = problem
    }
}

/// Reads the configuration: defaults < profile < file < environment < command line.
package enum ConfigurationLoader {
    package static let defaultFileName = "hearth.yaml"

    /// Resolves and validates every setting.
    ///
    /// `validateJob` judges schedules and zones, which are only texts here. The error lists every fault there is.
    package static func load(
        from sources: ConfigurationSources,
        for purpose: ConfigurationPurpose,
        validateJob: (HearthConfiguration.Job) -> [JobProblem] = { _ in [] }
    ) throws(ConfigurationError) -> LoadedConfiguration {
        let file = try readFile(sources)
        let written = [commandLine(sources), environment(sources), file.layer].compactMap(\.self)
        let defaults = ConfigurationLayer(kind: .defaults, values: SettingCatalogue.defaults(of: nil).snapshot())
        var profileReader = SettingReader(layers: written + [defaults], directory: sources.directory)
        let profile = profileReader.value(GeneralSettings.profile)
        let profileLayer = ConfigurationLayer(kind: .profile(profile), values: SettingCatalogue.defaults(of: profile).snapshot())

        var reader = SettingReader(layers: written + [profileLayer, defaults], directory: sources.directory)
        let configuration = HearthConfiguration(reading: &reader)
        for job in configuration.jobs {
            for problem in validateJob(job) {
                reader.report("jobs.\(job.name).\(problem.field)", value: problem.value, problem.problem)
            }
        }
        ConfigurationRules.check(configuration, for: purpose, reader: &reader)

        let faults = file.faults + SettingCatalogue.unknownVariables(in: sources.environment) + reader.faults
        guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
        let byKey = Dictionary(reader.resolved.map { ($0.setting.key, $0) }, uniquingKeysWith: { first, _ in first })
        return LoadedConfiguration(
            configuration: configuration, settings: SettingCatalogue.all.compactMap { byKey[$0.key] }, file: file.name)
    }

    private static func commandLine(_ sources: ConfigurationSources) -> ConfigurationLayer {
        let values = sources.commandLine.map { (SettingCatalogue.configKey($0.key), ConfigValue(.string($0.value), isSecret: false)) }
        return ConfigurationLayer(
            kind: .commandLine,
            values: InMemoryProvider(name: "command line", values: Dictionary(uniqueKeysWithValues: values)).snapshot())
    }

    private static func environment(_ sources: ConfigurationSources) -> ConfigurationLayer {
        let secrets = Set(SettingCatalogue.all.filter(\.isSecret).compactMap(\.variable))
        return ConfigurationLayer(
            kind: .environment,
            values: EnvironmentVariablesProvider(environmentVariables: sources.environment, secretsSpecifier: .specific(secrets))
                .snapshot())
    }

    private struct ReadFile {
        var name: String?
        var layer: ConfigurationLayer?
        var faults: [ConfigurationFault] = []
    }

    /// The file is looked at twice: here for its lines and unknown keys, and by swift-configuration for its values.
    private static func readFile(_ sources: ConfigurationSources) throws(ConfigurationError) -> ReadFile {
        let name = sources.file ?? defaultFileName
        let path = name.hasPrefix("/") ? name : sources.directory + "/" + name
        if sources.file == nil, !FileManager.default.fileExists(atPath: path) { return ReadFile() }
        let text: String
        do {
            text = try BoundedFile.text(at: path, limit: ConfigurationFile.maximumBytes)
        } catch {
            throw ConfigurationError(faults: [
                ConfigurationFault(
                    origin: .file(name: name, line: nil), subject: "(whole file)", problem: "cannot be used: \(error.reason)")
            ])
        }
        let file = ConfigurationFile(name: name, text: text, known: SettingCatalogue.all)
        let isWellFormed = file.hasValues && !file.faults.contains { $0.subject.hasPrefix("(") }
        guard isWellFormed else { return ReadFile(name: name, faults: file.faults) }
        do {
            let bytes = Array(text.utf8)
            // Unsafe only because a span of raw bytes can be read as any type; it is read as text.
            let snapshot = try unsafe YAMLSnapshot(data: bytes.span.bytes, providerName: name, parsingOptions: .default)
            let layer = ConfigurationLayer(
                kind: .file(ConfigurationFileLines(name: name, lines: file.lines)), values: snapshot)
            return ReadFile(name: name, layer: layer, faults: file.faults)
        } catch {
            // The only shapes it refuses and the scan above accepts lie below unknown keys, which are faults already.
            guard file.faults.isEmpty else { return ReadFile(name: name, faults: file.faults) }
            throw ConfigurationError(faults: [
                ConfigurationFault(origin: .file(name: name, line: nil), subject: "(whole file)", problem: "cannot be used: \(error)")
            ])
        }
    }
}
