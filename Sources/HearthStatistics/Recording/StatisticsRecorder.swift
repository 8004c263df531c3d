package import HearthTelemetry
import Synchronization

/// Counts every answered request, on its path: one lock around one table, no allocation once each cell was touched.
///
/// Requests are counted in the UTC minute in which they finished. Draining swaps the table for an empty one, so that recording
/// never waits for a copy.
package final class StatisticsRecorder: Sendable {
    private struct Tables {
        /// A drain takes place every second, so more than two minutes are in use only when the clock is moved or a flush hangs.
        static let minuteLimit = 8

        private var minutes = Array(repeating: MinuteTable(), count: 2)
        /// Requests that were counted in a neighbouring minute because too many minutes were in use.
        private(set) var misdated: Int64 = 0

        mutating func record(_ event: UsageEvent) {
            let index = table(of: event.finishedAt)
            minutes[index].record(event, cellIndex: event.cell.index)
        }

        mutating func record(_ purpose: BackgroundPurpose, of tenant: Tenant, costMicroDollars: Int64, at moment: Timestamp) {
            minutes[table(of: moment)].record(purpose, of: tenant, costMicroDollars: costMicroDollars)
        }

        mutating func empty(into deltas: inout UsageDeltas) {
            for index in minutes.indices { minutes[index].empty(into: &deltas) }
            misdated = 0
        }

        private mutating func table(of moment: Timestamp) -> Int {
            // The years 0 to 9999, so that no later arithmetic can overflow, whatever the clock says.
            let milliseconds = min(max(moment.milliseconds, -62_167_219_200_000), 253_402_300_799_999)
            let minute = milliseconds.flooredQuotient(by: 60_000)
            for index in minutes.indices {
                guard let used = minutes[index].minute else {
                    minutes[index].assign(minute: minute)
                    return index
                }
                if used == minute { return index }
            }
            guard minutes.count == Self.minuteLimit else {
                minutes.append(MinuteTable())
                minutes[minutes.count - 1].assign(minute: minute)
                return minutes.count - 1
            }
            misdated &+= 1
            return minutes.count - 1
        }
    }

    private struct Spare {
        var tables = Tables()
        var misdated: Int64 = 0
    }

    private let active = Mutex(Tables())
    private let spare = Mutex(Spare())

    /// The questions of the requests.
    package let patterns: QueryPatternRecorder

    /// - Parameter patternCapacity: questions that are told apart between two drains.
    package init(patternCapacity: Int = 20_000) {
        patterns = QueryPatternRecorder(capacity: patternCapacity)
    }

    /// Counts one request; safe from any thread.
    package func record(_ event: UsageEvent, of question: AskedQuestion? = nil) {
        active.withLock { $0.record(event) }
        if let question { patterns.record(event, of: question) }
    }

    /// Counts one call to the provider that no caller waited for.
    package func record(_ purpose: BackgroundPurpose, of tenant: Tenant = .standard, costMicroDollars: Int64, at moment: Timestamp) {
        active.withLock { $0.record(purpose, of: tenant, costMicroDollars: costMicroDollars, at: moment) }
    }

    /// Moves out everything that was counted since the last call.
    ///
    /// The caller is answerable for it from here on; ``StatisticsBuffer`` is the one that keeps it until it is stored.
    package func drain() -> UsageDeltas {
        spare.withLock { spare in
            active.withLock { swap(&$0, &spare.tables) }
            spare.misdated &+= spare.tables.misdated
            var deltas = UsageDeltas()
            spare.tables.empty(into: &deltas)
            deltas.patterns = patterns.drain()
            return deltas
        }
    }

    /// Requests counted in a neighbouring minute, because the clock was moved about within one drain. Totals are right all the same.
    package var misdatedRequests: Int64 { spare.withLock { $0.misdated } }
}

extension UsageEvent {
    fileprivate var cell: UsageCell { UsageCell(language: language, category: category, result: result) }
}
