import CPostgres
import HearthTelemetry
import Logging
import Synchronization

/// Writes the server's notices to the log: each cut to 2 KiB, and no more than a few a minute.
final class PostgresNoticeLog: Sendable {
    private struct Window: Sendable {
        var since: Duration = .zero
        var written = 0
        var suppressed = 0
    }

    private static let perMinute = 10

    private let logger: Logger
    private let time: any TimeSource
    private let window = Mutex(Window())

    init(logger: Logger, time: any TimeSource) {
        self.logger = logger
        self.time = time
    }

    func write(_ text: String) {
        let now = time.uptime()
        let (isWritten, suppressed) = window.withLock { window -> (Bool, Int) in
            var suppressed = 0
            if now - window.since >= .seconds(60) {
                suppressed = window.suppressed
                window = Window(since: now)
            }
            window.written += 1
            if window.written > Self.perMinute { window.suppressed += 1 }
            return (window.written <= Self.perMinute, suppressed)
        }
        guard isWritten else { return }
        var facts: Logger.Metadata = ["notice": "\(text)"]
        if suppressed > 0 { facts["suppressed_before"] = "\(suppressed)" }
        logger.info("PostgreSQL sent a notice", metadata: facts)
    }
}

/// What libpq calls for each notice of one connection.
final class PostgresNoticeReceiver: Sendable {
    private let log: PostgresNoticeLog

    init(log: PostgresNoticeLog) {
        self.log = log
    }

    static let receive: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void = { context, result in
        guard let context = unsafe context, let result = unsafe result,
            let message = unsafe PQresultErrorField(result, DiagnosticField.message)
        else { return }
        let text = unsafe BoundedCString.text(message)
        // The connection that calls this owns the receiver.
        unsafe Unmanaged<PostgresNoticeReceiver>.fromOpaque(context).takeUnretainedValue().log.write(text)
    }
}
