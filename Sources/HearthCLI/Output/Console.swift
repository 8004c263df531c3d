import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The two streams of this process.
///
/// A reader that went away (`hearth … | head -1`) ends the process silently with status 0, since it got all it wanted.
struct Console: Sendable {
    func write(_ text: String) {
        write(text, to: .standardOutput)
    }

    func writeError(_ text: String) {
        write(text, to: .standardError)
    }

    /// Text without a line break, for progress that is overwritten; only for terminals.
    func writeProgress(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    private func write(_ text: String, to stream: FileHandle) {
        let line = text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
        do {
            try stream.write(contentsOf: Data(line.utf8))
        } catch {
            exit(ExitStatus.done)
        }
    }

    /// Makes a write to a closed pipe an error that ``write(_:)`` sees, in place of a signal.
    func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
