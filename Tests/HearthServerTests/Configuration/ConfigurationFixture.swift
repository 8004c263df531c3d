import Foundation
import HearthServer

/// A folder with files for one test, gone with it.
final class TemporaryFolder {
    let path: String

    init(files: [String: String] = [:]) throws {
        path = NSTemporaryDirectory() + "hearth-configuration-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    func write(_ text: String, to name: String, permissions: Int = 0o600) throws {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path + "/" + name)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Loads a configuration from texts; the environment has nothing but what is given.
func load(
    file: String? = nil,
    environment: [String: String] = [:],
    commandLine: [String: String] = [:],
    for purpose: ConfigurationPurpose = .show,
    validateJob: (HearthConfiguration.Job) -> [JobProblem] = { _ in [] }
) throws -> LoadedConfiguration {
    let folder = try TemporaryFolder(files: file.map { ["hearth.yaml": $0] } ?? [:])
    let sources = ConfigurationSources(environment: environment, commandLine: commandLine, directory: folder.path)
    return try ConfigurationLoader.load(from: sources, for: purpose, validateJob: validateJob)
}

/// The fault lines of a configuration, or none if it is accepted.
func faultLines(
    file: String? = nil,
    environment: [String: String] = [:],
    commandLine: [String: String] = [:],
    for purpose: ConfigurationPurpose = .show,
    validateJob: (HearthConfiguration.Job) -> [JobProblem] = { _ in [] }
) throws -> [String] {
    do {
        _ = try load(file: file, environment: environment, commandLine: commandLine, for: purpose, validateJob: validateJob)
        return []
    } catch let error as ConfigurationError {
        return error.faults.map(\.line)
    }
}
