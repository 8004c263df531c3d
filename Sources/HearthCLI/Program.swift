import Dispatch
import Foundation
import HearthServer

/// The process: its arguments and environment, and the status with which it ends.
@main
enum Program {
    /// Not asynchronous by itself: that would begin with a thread of the runtime, and wait for ever where none can be started.
    static func main() {
        let runner = CommandRunner(console: Console(), environment: ProcessInfo.processInfo.environment)
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try StartupChecks.checkThreads()
        } catch {
            exit(runner.report(error, arguments: arguments))
        }
        Task { exit(await runner.run(arguments)) }
        dispatchMain()
    }
}
