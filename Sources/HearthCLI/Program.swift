import Dispatch
import Foundation
import HearthServer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

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
            end(runner.report(error, arguments: arguments))
        }
        Task { end(await runner.run(arguments)) }
        dispatchMain()
    }

    /// Ends the process at once. Everything that was written is out; `exit` would take apart what threads of the runtime still use, and some
    /// commands in a hundred ended with a fault of memory in place of their status.
    static func end(_ status: Int32) -> Never { _exit(status) }
}
