import Foundation
import Synchronization

/// A program that a test starts, with everything it prints. It is ended by its process id.
package final class ServerProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) {
            self.description = description
        }
    }

    private let name: String
    private let process = Process()
    private let hasEnded = Ended()
    private let files: TemporaryFolder

    /// Tells those who wait for the end of the program.
    private final class Ended: Sendable {
        private struct State {
            var isOver = false
            var waiters: [CheckedContinuation<Void, Never>] = []
        }

        private let state = Mutex(State())

        var isOver: Bool { state.withLock { $0.isOver } }

        func tell() {
            let waiters = state.withLock { state in
                state.isOver = true
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if !state.isOver { state.waiters.append(continuation) }
                    return state.isOver
                }
                if isOver { continuation.resume() }
            }
        }
    }

    package init(_ name: String, program: String, arguments: [String], folder: String, environment: [String: String]? = nil) throws {
        self.name = name
        files = try TemporaryFolder(named: "hearth-server")
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        if let environment { process.environment = environment }
        process.standardInput = FileHandle.nullDevice
        // A file, which needs no reader. Foundation's watch over a pipe ends the whole process now and then: libdispatch goes on using
        // what belongs to a descriptor while the program's end closes it.
        try Data().write(to: URL(filePath: outputPath))
        let output = try FileHandle(forWritingTo: URL(filePath: outputPath))
        defer { try? output.close() }
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { [hasEnded] process in
            let identifier = process.processIdentifier
            Self.started.withLock { $0.removeAll { $0 == identifier } }
            hasEnded.tell()
        }
        // A child inherits the thread's signal mask, and threads of tasks block almost everything, the request to end included.
        var (nothing, before) = (sigset_t(), sigset_t())
        // The sets are local, and the calls cannot fail with them.
        unsafe sigemptyset(&nothing)
        unsafe pthread_sigmask(SIG_SETMASK, &nothing, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        do {
            try RunningProgram.launching.withLock { _ in try process.run() }
        } catch {
            throw Failure(description: "\(name) could not be started from \(program): \(error)")
        }
        Self.endWithTests(process)
    }

    /// Servers that are shared by all tests of a run live until it ends, and must not live on.
    private static let started = Mutex<[Int32]>([])

    private static let endAtExit: Void = {
        atexit { ServerProcess.started.withLock { $0 }.forEach { kill($0, SIGKILL) } }
    }()

    private static func endWithTests(_ process: Process) {
        let identifier = process.processIdentifier
        started.withLock { $0.append(identifier) }
        // One that ended before it was noted: its number may be another program's by then.
        if !process.isRunning { started.withLock { $0.removeAll { $0 == identifier } } }
        _ = endAtExit
    }

    deinit {
        if process.isRunning { process.interrupt() }
    }

    package var processIdentifier: Int32 { process.processIdentifier }
    private var outputPath: String { files.path + "/output" }
    package var printed: String { String(decoding: (try? Data(contentsOf: URL(filePath: outputPath))) ?? Data(), as: UTF8.self) }

    /// Waits until the program has printed `text`; fails with what it printed when it ends before or takes too long.
    package func waitUntilPrinted(_ text: String, within limit: Duration = .seconds(60)) async throws {
        do {
            try await Deadline.until("“\(text)” is printed", within: limit) {
                // Looked at first: what a program prints before its end counts.
                let isOver = hasEnded.isOver
                let isPrinted = printed.contains(text)
                guard isPrinted || !isOver else { throw Failure(description: "it ended before “\(text)” was printed") }
                return isPrinted
            }
        } catch {
            throw Failure(description: "\(name) did not get ready: \(error)\n\(printed.suffix(2000))")
        }
    }

    /// Ends the program: an interrupt, and a kill if that has no effect within 10 s.
    package func stop() async {
        guard process.isRunning else { return }
        process.interrupt()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                if (try? await Task.sleep(for: .seconds(10))) != nil { kill(process.processIdentifier, SIGKILL) }
            }
            await hasEnded.wait()
            group.cancelAll()
        }
    }

    /// Stops and continues the program, as SIGSTOP and SIGCONT do: its sockets stay open and silent.
    package func freeze() { kill(process.processIdentifier, SIGSTOP) }
    package func thaw() { kill(process.processIdentifier, SIGCONT) }

    /// Ends the program as a power cut would.
    package func killAtOnce() async {
        kill(process.processIdentifier, SIGKILL)
        await hasEnded.wait()
    }

    package func waitForEnd() async -> Int32 {
        await hasEnded.wait()
        return process.terminationStatus
    }
}
