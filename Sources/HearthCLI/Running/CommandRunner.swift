import ArgumentParser
import HearthServer

/// Parses arguments, runs the command they name and turns whatever happens into lines and an exit status.
struct CommandRunner {
    let console: Console
    let environment: [String: String]

    func run(_ arguments: [String]) async -> Int32 {
        console.ignoreBrokenPipes()
        do {
            if let topic = try HelpTopic.asked(by: arguments) {
                console.write(topic.text)
                return ExitStatus.done
            }
            if let failure = CommandTree.unknownCommand(in: arguments, root: Hearth.self) { throw failure }
            try await run(try Hearth.parseAsRoot(arguments))
            return ExitStatus.done
        } catch {
            return report(error, arguments: arguments)
        }
    }

    private func run(_ command: any ParsableCommand) async throws {
        var command = command
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    /// Prints what is to be said about an error and gives its exit status.
    func report(_ error: any Error, arguments: [String]) -> Int32 {
        switch error {
        case let failure as CommandFailure:
            console.writeError("hearth: \(failure.message)")
            if arguments.contains("--verbose") { failure.details.forEach { console.writeError("  \($0)") } }
            return failure.status
        case let error as ConfigurationError:
            console.writeError(error.description)
            return ConfigurationError.exitStatus
        case let error as StartupError:
            console.writeError(error.description)
            return error.exitStatus
        case is CancellationError:
            return ExitStatus.interrupted
        case let code as ExitCode:
            return code.rawValue
        default:
            return reportParsing(error, arguments: arguments)
        }
    }

    private func reportParsing(_ error: any Error, arguments: [String]) -> Int32 {
        let code = Hearth.exitCode(for: error)
        if code == .success {
            console.write(Hearth.fullMessage(for: error))
            return ExitStatus.done
        }
        let path = CommandTree.path(of: arguments, root: Hearth.self)
        if code == .validationFailure {
            let message = Hearth.message(for: error).split(separator: "\n").joined(separator: " ")
            console.writeError("\(path): \(message)\(message.hasSuffix(".") || message.hasSuffix("?") ? "" : ".") See: \(path) --help")
            return ExitStatus.usage
        }
        console.writeError("\(path): \(error)")
        return ExitStatus.failed
    }
}
