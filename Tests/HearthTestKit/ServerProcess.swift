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

    private struct Output {
        var text = ""
        var hasEnded = false
        var awaited: (text: String, continuation: CheckedContinuation<Bool, Never>)?
        var endWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let name: String
    private let process = Process()
    private let output: Recorder

    /// Collects what the program prints and wakes those who wait for a part of it.
    private final class Recorder: Sendable {
        private let state = Mutex(Output())

        var text: String { state.withLock { $0.text } }

        func append(_ data: Data) {
            let found = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                state.text += String(decoding: data, as: UTF8.self)
                guard let awaited = state.awaited, state.text.contains(awaited.text) else { return nil }
                state.awaited = nil
                return awaited.continuation
            }
            found?.resume(returning: true)
        }

        func end() {
            let (awaited, waiters) = state.withLock { state in
                state.hasEnded = true
                defer {
                    state.awaited = nil
                    state.endWaiters = []
                }
                return (state.awaited?.continuation, state.endWaiters)
            }
            awaited?.resume(returning: false)
            for waiter in waiters { waiter.resume() }
        }

        func giveUp() {
            let awaited = state.withLock { state in
                defer { state.awaited = nil }
                return state.awaited?.continuation
            }
            awaited?.resume(returning: false)
        }

        /// False when the program ended, or the waiting was given up.
        func waitFor(_ text: String) async -> Bool {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.text.contains(text) { return true }
                    if state.hasEnded { return false }
                    state.awaited = (text, continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        }

        func waitForEnd() async {
            await withCheckedContinuation { continuation in
                let hasEnded = state.withLock { state in
                    if !state.hasEnded { state.endWaiters.append(continuation) }
                    return state.hasEnded
                }
                if hasEnded { continuation.resume() }
            }
        }
    }

    package init(_ name: String, program: String, arguments: [String], folder: String, environment: [String: String]? = nil) throws {
        self.name = name
        let output = Recorder()
        self.output = output
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        if let environment { process.environment = environment }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil } else { output.append(data) }
        }
        process.terminationHandler = { process in
            let identifier = process.processIdentifier
            Self.started.withLock { $0.removeAll { $0 == identifier } }
            output.end()
        }
        // A child inherits the thread's signal mask, and threads of tasks block almost everything, the request to end included.
        var (nothing, before) = (sigset_t(), sigset_t())
        // The sets are local, and the calls cannot fail with them.
        unsafe sigemptyset(&nothing)
        unsafe pthread_sigmask(SIG_SETMASK, &nothing, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        do {
            try process.run()
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
    package var printed: String { output.text }

    /// Waits until the program has printed `text`; fails with what it printed when it ends before or takes too long.
    package func waitUntilPrinted(_ text: String, within limit: Duration = .seconds(60)) async throws {
        let isPrinted = await withTaskGroup(of: Void.self, returning: Bool.self) { group in
            group.addTask { [output] in
                if (try? await Task.sleep(for: limit)) != nil { output.giveUp() }
            }
            defer { group.cancelAll() }
            return await output.waitFor(text)
        }
        guard !isPrinted else { return }
        throw Failure(description: "\(name) did not get ready (no “\(text)” within \(limit)):\n\(output.text.suffix(2000))")
    }

    /// Ends the program: an interrupt, and a kill if that has no effect within 10 s.
    package func stop() async {
        guard process.isRunning else { return }
        process.interrupt()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                if (try? await Task.sleep(for: .seconds(10))) != nil { kill(process.processIdentifier, SIGKILL) }
            }
            await output.waitForEnd()
            group.cancelAll()
        }
    }

    /// Stops and continues the program, as SIGSTOP and SIGCONT do: its sockets stay open and silent.
    package func freeze() { kill(process.processIdentifier, SIGSTOP) }
    package func thaw() { kill(process.processIdentifier, SIGCONT) }

    /// Ends the program as a power cut would.
    package func killAtOnce() async {
        kill(process.processIdentifier, SIGKILL)
        await output.waitForEnd()
    }

    package func waitForEnd() async -> Int32 {
        await output.waitForEnd()
        return process.terminationStatus
    }
}
