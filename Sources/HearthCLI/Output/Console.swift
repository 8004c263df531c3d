import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The two streams of this process.
///
/// A reader that went away (`hearth … | head -1`) ends a command silently with status 0, since it got all it wanted; a service goes on.
struct Console: Sendable {
    /// Whether results are all that the process is for.
    var endsWithItsReader = true

    func write(_ text: String) {
        do {
            try Self.write(text, to: .standardOutput)
        } catch {
            if endsWithItsReader { Program.end(ExitStatus.done) }
        }
    }

    /// An error that nobody can read changes neither the work nor the exit status.
    func writeError(_ text: String) {
        try? Self.write(text, to: .standardError)
    }

    /// Text without a line break, for progress that is overwritten; only for terminals.
    func writeProgress(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    private static func write(_ text: String, to stream: FileHandle) throws {
        let line = text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
        try stream.write(contentsOf: Data(line.utf8))
    }

    /// Makes a write to a closed pipe an error that ``write(_:)`` sees, in place of a signal.
    func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
