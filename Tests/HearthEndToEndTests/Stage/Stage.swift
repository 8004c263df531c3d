import Foundation
import HearthTestKit

/// A data folder, a simulated provider, and the service that a test starts on them, ends and starts again.
final class Stage: Sendable {
    /// No probe of the stores but those that a test asks for, and no job that writes meanwhile.
    static let quietSettings = """
        cache:
          lookupDeadline: 5s
        jobs:
          warm-cache: {schedule: "@manual"}
          probe-stores: {schedule: "@manual"}
        """

    let folder: TemporaryFolder
    let provider: SimulatedProvider

    init(latencyMilliseconds: Int = 5) async throws {
        folder = try TemporaryFolder(named: "hearth-end-to-end")
        provider = try await SimulatedProvider.start(latencyMilliseconds: latencyMilliseconds, folder: folder.path)
        try write("common-queries.json", #"{"queries": []}"#)
        // On a machine that builds and tests at once a look-up may take long; then a miss would count as an error.
        try write("hearth.yaml", "cache:\n  lookupDeadline: 5s\n")
    }

    var dataFolder: String { folder.path + "/data" }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.path + "/" + name))
    }

    /// What the service and the commands see of the environment, and nothing else.
    func environment(_ additions: [String: String] = [:]) -> [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HEARTH_HOST": "127.0.0.1", "HEARTH_PORT": "0", "HEARTH_DATA_DIR": dataFolder,
            "OPENAI_BASE_URL": provider.baseURL, "OPENAI_API_KEY": "sk-end-to-end-tests",
            "HEARTH_COMMON_QUERIES": folder.path + "/common-queries.json",
            // Nor is work to be refused because the other tests take all processors for a moment.
            "HEARTH_OVERLOAD_TARGET_DELAY": "5s",
        ].merging(additions) { $1 }
    }

    /// Starts `hearth serve` and returns at once, ready or not.
    ///
    /// - Parameters:
    ///   - settings: the `hearth.yaml` in the working folder, instead of the one that allows slow look-ups.
    ///   - wrapper: a program and its arguments that becomes the service, which is given to it as further arguments.
    ///   - program: another hearth than the one under test.
    func launch(
        settings: String? = nil, environment additions: [String: String] = [:], arguments: [String] = [], wrapper: [String] = [],
        program: String? = nil
    ) throws -> RunningProgram {
        if let settings { try write("hearth.yaml", settings) }
        let words = wrapper + [try program ?? HearthBinary.path(), "serve"] + arguments
        return try RunningProgram(words[0], Array(words.dropFirst()), folder: folder.path, environment: environment(additions))
    }

    /// Starts `hearth serve` and waits for its ready line.
    ///
    /// - Parameters:
    ///   - key: the API key with which it is asked; without one it is open.
    ///   - program: another hearth than the one under test.
    func start(
        settings: String? = nil, environment additions: [String: String] = [:], arguments: [String] = [], wrapper: [String] = [],
        key: String? = nil, program: String? = nil
    ) async throws -> RunningHearth {
        let additions = key.map { additions.merging(["HEARTH_API_KEYS": "tests=\($0)"]) { $1 } } ?? additions
        return try await RunningHearth(
            try launch(settings: settings, environment: additions, arguments: arguments, wrapper: wrapper, program: program), on: self,
            trusting: additions["HEARTH_TLS_CERTIFICATE_FILE"], key: key)
    }

    /// Starts the service and waits until it has refused to run.
    func refusal(
        settings: String? = nil, environment additions: [String: String] = [:], arguments: [String] = [], wrapper: [String] = []
    ) async throws -> (status: Int32, output: String, errors: String) {
        let program = try launch(settings: settings, environment: additions, arguments: arguments, wrapper: wrapper)
        let ending = try await program.waitForEnd()
        return (ending.status, program.output, program.errors)
    }

    /// Runs any other command to its end.
    func run(
        _ arguments: [String], environment additions: [String: String] = [:], input: String? = nil
    ) async throws -> (status: Int32, output: String, errors: String) {
        let program = try RunningProgram(
            try HearthBinary.path(), arguments, folder: folder.path, environment: environment(additions), input: input)
        let ending = try await program.waitForEnd()
        return (ending.status, program.output, program.errors)
    }
}

extension Stage {
    static func bytes(at path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    /// A file of the data folder, if it is there.
    func bytes(_ name: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: dataFolder + "/" + name))).map { Array($0) }
    }
}

extension [UInt8] {
    func contains(subsequence: [UInt8]) -> Bool {
        guard !subsequence.isEmpty, count >= subsequence.count else { return false }
        return (0...(count - subsequence.count)).contains { self[$0..<($0 + subsequence.count)].elementsEqual(subsequence) }
    }
}
