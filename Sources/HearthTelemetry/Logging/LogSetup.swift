package import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes the loggers of a process, all of which write to one sink.
package struct LogSetup: Sendable {
    package let sink: LogSink
    package let level: Logger.Level
    package let format: LogFormat

    private let instruments: LogInstruments
    private let timeSource: any TimeSource

    /// - Parameters:
    ///   - descriptor: where lines go, standard error as a rule.
    ///   - bufferBytes: what may wait to be written; beyond, lines are dropped and counted.
    package init(
        level: Logger.Level, format: LogFormat, descriptor: Int32 = 2, bufferBytes: Int = 4 << 20, instruments: LogInstruments,
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.level = level
        self.format = format
        self.instruments = instruments
        self.timeSource = timeSource
        sink = LogSink(descriptor: descriptor, capacity: bufferBytes, dropped: instruments.dropped)
    }

    /// A logger for one part of the service; libraries get theirs by argument, not from a global.
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { handler($0) }
    }

    /// Sends what libraries log by swift-log's global factory to the same sink; once per process, as swift-log demands.
    package func bootstrapLibraries() {
        LoggingSystem.bootstrap { handler($0) }
    }

    /// Has a reader of the log that goes away counted as lost lines, where the system would end the process; holds for the whole process.
    package static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Has a file that reaches the process's size limit fail its write, which is handled, where the system would end the process.
    package static func ignoreFileSizeLimit() {
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    private func handler(_ label: String) -> HearthLogHandler {
        HearthLogHandler(label: label, level: level, format: format, sink: sink, instruments: instruments, timeSource: timeSource)
    }
}
