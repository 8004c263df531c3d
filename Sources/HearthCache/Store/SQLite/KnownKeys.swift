import HearthTelemetry
import Synchronization

/// Which keys the file may hold, so that a question which was never asked before costs no look-up in it.
///
/// The file belongs to this process alone, so what was not there when it was read and has not been written since is not there. A key is
/// known by 64 bits of its SHA-256: two of a million keys are taken for each other with a probability of about 3 in 10⁸, and that costs
/// one look-up. Removed keys stay known until the next ``learn(_:)``.
final class KnownKeys: Sendable {
    private struct State {
        /// Nil until the file has been read, and where it holds more keys than may be known.
        var known: Set<UInt64>?
        /// What was written while the file is being read.
        var written: Set<UInt64> = []
        var isLearning = false
    }

    private let state = Mutex(State())
    /// Beyond it nothing is known, and every question is looked for in the file.
    let limit: Int

    /// - Parameter limit: each key takes 11 to 21 bytes of memory.
    init(limit: Int) {
        self.limit = limit
    }

    /// False only for a key that the file does not hold.
    func mayHold(_ key: CacheKey) -> Bool { state.withLock { $0.known?.contains(key.spread) ?? true } }

    var count: Int { state.withLock { $0.known?.count ?? 0 } }

    /// Keys that are about to be written, or have just been.
    func note(_ keys: some Sequence<CacheKey>) {
        state.withLock { state in
            for key in keys {
                state.known?.insert(key.spread)
                if state.isLearning { state.written.insert(key.spread) }
            }
            bound(&state)
        }
    }

    /// Another file is open.
    func forget() {
        state.withLock { state in
            state.known = nil
            // What is being read is the file before.
            state.isLearning = false
        }
    }

    /// Takes what a read of the whole file finds in place of what was known; nothing where `read` fails.
    ///
    /// - Parameter read: returns the keys, or nil where they are too many.
    func learn<Failure>(_ read: () async throws(Failure) -> Set<UInt64>?) async throws(Failure) {
        let isAlone = state.withLock { state in
            guard !state.isLearning else { return false }
            state.isLearning = true
            state.written = []
            return true
        }
        guard isAlone else { return }
        let found: Set<UInt64>?
        do throws(Failure) {
            found = try await read()
        } catch {
            state.withLock { $0.isLearning = false }
            throw error
        }
        state.withLock { state in
            // Forgotten meanwhile: another file was opened.
            guard state.isLearning else { return }
            state.isLearning = false
            state.known = found?.union(state.written)
            state.written = []
            bound(&state)
        }
    }

    private func bound(_ state: inout State) {
        if let known = state.known, known.count > limit { state.known = nil }
    }
}
