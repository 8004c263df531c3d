import HearthCache
import HearthTelemetry
import Logging
import Synchronization

/// Halves the lifetime of categories whose kept answers differ too often from what the provider says, until they agree again.
///
/// It is known to this process only: replicas judge by their own checks, and after a restart all categories are trusted.
final class CategoryTrust: Sendable {
    private static let shortenedFactor = 0.5

    private let windows: Mutex<[MismatchWindow]>
    private let cache: AnswerCache
    private let instruments: ShadowInstruments
    private let logger: Logger
    private let threshold: Double

    init(threshold: Double, cache: AnswerCache, instruments: ShadowInstruments, logger: Logger) {
        self.threshold = threshold
        self.cache = cache
        self.instruments = instruments
        self.logger = logger
        windows = Mutex(ResponseCategory.allCases.map { _ in MismatchWindow(threshold: threshold) })
    }

    func record(_ category: ResponseCategory, isMismatch: Bool) {
        // What never expires has no lifetime to halve.
        guard cache.expires(category) else { return }
        let (change, window) = windows.withLock { windows in
            let change = windows[category.index].record(isMismatch: isMismatch)
            if let change { adjust(category, change) }
            return (change, windows[category.index])
        }
        guard let change else { return }
        let facts: Logger.Metadata = [
            "category": "\(category.rawValue)", "mismatches": "\(window.mismatches)", "checks": "\(window.checks)",
            "threshold": "\(threshold)",
        ]
        switch change {
        case .lostTrust:
            logger.warning("kept answers differ from what the provider says now; new ones are kept half as long", metadata: facts)
        case .regainedTrust:
            logger.notice("kept answers agree with the provider again; new ones are kept as long as configured", metadata: facts)
        }
    }

    /// Two stores without a wait, inside of the lock, so that two changes of one category cannot overtake each other.
    private func adjust(_ category: ResponseCategory, _ change: MismatchWindow.Change) {
        let factor = change == .lostTrust ? Self.shortenedFactor : 1
        cache.lifetimeFactors[category] = factor
        instruments.lifetimeFactor(category).set(factor)
    }
}
