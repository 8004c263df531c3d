package import Logging
import Synchronization

/// A log that a test reads.
package final class RecordedLog: Sendable {
    package struct Line: Sendable {
        package var level: Logger.Level
        package var message: String
        package var facts: [String: String]
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(log: RecordedLog) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
            log.written.withLock { $0.append(Line(level: event.level, message: "\(event.message)", facts: facts)) }
        }
    }

    private let written = Mutex<[Line]>([])

    package init() {}

    package var lines: [Line] { written.withLock { $0 } }

    package func logger() -> Logger { Logger(label: "recorded") { _ in Handler(log: self) } }
}
