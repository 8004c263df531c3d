import Foundation
import Synchronization

/// A program that a test starts, with its two outputs kept apart and its exit status. It is signalled by its process id.
///
/// It writes into files: pipes would be inherited by whatever another test starts at the same time, and seem open after its end.
package final class RunningProgram: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(_ description: String) { self.description = description }
    }

    /// How a program ended.
    package struct Ending: Sendable, Equatable {
        package var status: Int32
        /// True when a signal ended it; then the status is the signal's number.
        package var bySignal: Bool

        package init(status: Int32, bySignal: Bool = false) {
            self.status = status
            self.bySignal = bySignal
        }
    }

    private final class Record: Sendable {
        let ending = Mutex<Ending?>(nil)
    }

    package let name: String
    private let process = Process()
    private let record = Record()
    private let files: TemporaryFolder

    /// - Parameters:
    ///   - environment: the whole environment; nothing is inherited.
    ///   - input: what it reads from standard input.
    package init(
        _ program: String, _ arguments: [String], folder: String, environment: [String: String] = [:], input: String? = nil
    ) throws {
        name = ([program.split(separator: "/").last.map(String.init) ?? program] + arguments.prefix(2)).joined(separator: " ")
        files = try TemporaryFolder(named: "hearth-program")
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = environment
        var opened = [try Self.newFile(files.path + "/output"), try Self.newFile(files.path + "/errors")]
        // The program has its own by then. `Process` would keep these, and has no room for a thousand.
        defer { for file in opened { try? file.close() } }
        process.standardOutput = opened[0]
        process.standardError = opened[1]
        process.standardInput = FileHandle.nullDevice
        if let input {
            try Data(input.utf8).write(to: URL(filePath: files.path + "/input"))
            opened.append(try FileHandle(forReadingFrom: URL(filePath: files.path + "/input")))
            process.standardInput = opened[2]
        }
        process.terminationHandler = { [record] process in
            let ending = Ending(status: process.terminationStatus, bySignal: process.terminationReason == .uncaughtSignal)
            record.ending.withLock { $0 = ending }
        }
        do {
            try Self.launching.withLock { _ in try process.run() }
        } catch {
            throw Failure("\(name) could not be started from \(program): \(error)")
        }
    }

    /// Programs are launched one at a time, so that none inherits the descriptor by which another's end is noticed.
    static let launching = Mutex(())

    private static func newFile(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(filePath: path))
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    package var processIdentifier: Int32 { process.processIdentifier }
    package var output: String { text(of: "output") }
    package var errors: String { text(of: "errors") }
    package var outputLines: [Substring] { output.split(separator: "\n") }
    package var errorLines: [Substring] { errors.split(separator: "\n") }
    /// Nil while it runs.
    package var ending: Ending? { record.ending.withLock { $0 } }

    private func text(of file: String) -> String {
        String(decoding: (try? Data(contentsOf: URL(filePath: files.path + "/" + file))) ?? Data(), as: UTF8.self)
    }

    package func send(signal: Int32) { kill(process.processIdentifier, signal) }

    @discardableResult
    package func waitForEnd(within limit: Duration = .seconds(60)) async throws -> Ending {
        do {
            return try await Deadline.value("\(name) ends", within: limit) { ending }
        } catch let passed as Deadline.Passed {
            throw Failure("\(passed):\n\(output.suffix(1000))\n\(errors.suffix(3000))")
        }
    }

    /// The first line of standard output that `find` accepts; a failure with all output when the program ends before.
    package func firstLine<Value>(
        _ what: String, within limit: Duration = .seconds(60), _ find: (Substring) -> Value?
    ) async throws -> Value {
        do {
            return try await Deadline.value(what, within: limit) {
                let ending = ending
                for line in outputLines { if let value = find(line) { return value } }
                if let ending {
                    throw Failure("\(name) ended with \(ending.status) before \(what):\n\(output.suffix(1000))\n\(errors.suffix(3000))")
                }
                return nil
            }
        } catch let passed as Deadline.Passed {
            throw Failure("\(name): \(passed):\n\(output.suffix(1000))\n\(errors.suffix(3000))")
        }
    }

    /// Resident memory in bytes, as the kernel counts it.
    package var residentBytes: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
        else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }
}
