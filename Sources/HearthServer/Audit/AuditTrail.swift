import HearthTelemetry
import Logging
import ServiceLifecycle
import Synchronization

/// Writes every administrative act to the log at once, and to the database within a second.
///
/// No act waits for the database. While it cannot be written, acts wait in a queue with a bound; beyond it they are counted, and in the log
/// only. In a service group it stands before the listener, so that the last acts are on record when the service ends.
final class AuditTrail: Service {
    private struct State {
        var identifiers = AuditIdentifiers()
        var waiting: [AuditRecord] = []
        var isFailing = false
    }

    /// Records of one transaction.
    private static let batch = 500

    let store: any AuditStore
    private let capacity: Int
    private let instruments: AuditInstruments
    private let timeSource: any TimeSource
    private let logger: Logger
    private let interval: Duration
    private let state = Mutex(State())

    /// - Parameter interval: between two writes.
    init(
        store: any AuditStore, capacity: Int, instruments: AuditInstruments, timeSource: any TimeSource, logger: Logger,
        interval: Duration = .milliseconds(500)
    ) {
        self.store = store
        self.capacity = capacity
        self.instruments = instruments
        self.timeSource = timeSource
        self.logger = logger
        self.interval = interval
        instruments.pendingLimit.set(capacity)
    }

    /// Acts that are not in the database yet.
    var pending: Int { state.withLock { $0.waiting.count } }

    /// Takes an act that has ended over; its id and moment are given to it here.
    func record(_ act: AuditRecord) {
        var record = act
        record.at = timeSource.now()
        let (isDropped, pending) = state.withLock { state in
            record.id = state.identifiers.next(at: record.at)
            guard state.waiting.count < capacity else { return (true, state.waiting.count) }
            state.waiting.append(record)
            return (false, state.waiting.count)
        }
        if isDropped { instruments.acts(.dropped).increment() }
        instruments.pending.set(pending)
        var facts: Logger.Metadata = [
            "audit_id": "\(record.id)", "action": "\(record.action.rawValue)", "actor": "\(record.actor)",
            "tenant": "\(record.tenant?.name ?? "none")", "address": "\(record.address)", "result": "\(record.result.rawValue)",
            "route": "\(record.method) \(record.route)", "parameters": "\(AuditParameterText.write(record.parameters))",
        ]
        if let entries = record.entries { facts["entries"] = "\(entries)" }
        if let status = record.status { facts["status"] = "\(status)" }
        if let id = record.requestID { facts["request_id"] = "\(id)" }
        logger.notice(record.action.isEvent ? "service event" : "administrative act", metadata: facts)
    }

    /// An act that is not put on record; it is counted.
    func drop() { instruments.acts(.dropped).increment() }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.interval)
                await self.flush()
            }
        }
        // The surrounding task may be cancelled, and the store gives up for cancelled callers.
        await Task { await self.finish() }.value
    }

    /// Writes what waits; false where the store failed, and then everything stays for the next attempt.
    @discardableResult
    func flush() async -> Bool {
        while true {
            let batch = state.withLock { Array($0.waiting.prefix(Self.batch)) }
            guard let last = batch.last else { return true }
            do {
                try await store.append(batch)
            } catch {
                tellFailure(error)
                return false
            }
            // Another flush may have written some of them meanwhile, which does no harm: ids ascend, and a record is written once.
            let (written, pending, recovered) = state.withLock { state in
                let count = state.waiting.prefix { $0.id <= last.id }.count
                state.waiting.removeFirst(count)
                defer { state.isFailing = false }
                return (count, state.waiting.count, state.isFailing)
            }
            instruments.acts(.written).increment(by: UInt64(written))
            instruments.pending.set(pending)
            if recovered { logger.notice("the audit can be written again", metadata: ["pending_acts": "\(pending)"]) }
        }
    }

    private func finish() async {
        var attempts = 3
        while attempts > 0, await !flush() { attempts -= 1 }
        let lost = pending
        guard lost > 0 else { return }
        instruments.acts(.dropped).increment(by: UInt64(lost))
        logger.warning("the last administrative acts could not be written to the database; the log has them", metadata: ["acts": "\(lost)"])
    }

    private func tellFailure(_ error: any Error) {
        let (isNews, pending) = state.withLock { state in
            defer { state.isFailing = true }
            return (!state.isFailing, state.waiting.count)
        }
        guard isNews else { return }
        logger.warning(
            "the audit cannot be written; acts wait in memory, and the log has them",
            metadata: ["error": "\(error)", "pending_acts": "\(pending)"])
    }
}
