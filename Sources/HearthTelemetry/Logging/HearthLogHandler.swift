package import Logging

/// Counts log lines and writes them to a ``LogSink``; a handler is a value, as swift-log wants it.
package struct HearthLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let label: String
    private let format: LogFormat
    private let sink: LogSink
    private let instruments: LogInstruments
    private let timeSource: any TimeSource

    package init(
        label: String, level: Logger.Level, format: LogFormat, sink: LogSink, instruments: LogInstruments, timeSource: any TimeSource
    ) {
        self.label = label
        self.format = format
        self.sink = sink
        self.instruments = instruments
        self.timeSource = timeSource
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Counts first, so that a line that is lost on its way is still seen in the metrics.
    package func log(event: LogEvent) {
        instruments.messages(event.level).increment()
        var known = metadataProvider?.get() ?? [:]
        known.merge(metadata) { $1 }
        let record = LogRecord(time: timeSource.now(), logger: label, event: event, metadata: known)
        switch format {
        case .json: sink.write(record.json())
        case .text: sink.write(record.text())
        }
    }
}
