import HearthDrivers
package import HearthTelemetry
import Synchronization

/// Slows down whoever tries credentials: an address may present so many that are not valid in a minute, then none at all for a while.
///
/// While it is held off, what it presents is not even looked at, but for credentials that were let in from there before: many callers may
/// share an address, and one that guesses must not lock out the others. Addresses are counted in a table with a bound, which forgets those
/// whose last failure is longest ago.
package final class AddressLimiter: Sendable {
    /// The rate as a theoretical arrival time (GCRA): one moment for each address, no timers.
    private struct State {
        /// When the address will have nothing to answer for any more, on the monotonic clock.
        var clearAt: [UInt64: Duration] = [:]
    }

    static let capacity = 10_000
    /// Remembered pairs of an address and a credential; a power of two.
    private static let pairs = 4096

    private let interval: Duration
    private let window: Duration
    private let timeSource: any TimeSource
    private let state = Mutex(State())
    /// Whether any address may be held off now; read for every request, so that the table is not.
    private let failures = Atomic(false)
    private let known: Mutex<[UInt64]>
    private let seed: UInt64

    /// - Parameter failuresPerMinute: also how many may come at once
    package init(failuresPerMinute: Int, timeSource: any TimeSource) {
        interval = .seconds(60) / max(1, failuresPerMinute)
        window = .seconds(60)
        self.timeSource = timeSource
        known = Mutex(Array(repeating: 0, count: Self.pairs))
        var random = SystemRandomNumberGenerator()
        seed = random.next()
    }

    var count: Int { state.withLock { $0.clearAt.count } }

    /// Whether any address may have to wait.
    var hasFailures: Bool { failures.load(ordering: .relaxed) }

    /// How long an address has to wait before it is listened to again; nil if it need not, or was let in with this credential before.
    func wait(of address: CallerAddress, with credential: Fingerprint) -> Duration? {
        let now = timeSource.uptime()
        let wait = state.withLock { state -> Duration? in
            guard let clearAt = state.clearAt[address.number] else { return nil }
            // One more would be more than the window holds.
            let wait = clearAt + interval - window - now
            return wait > .zero ? wait : nil
        }
        guard let wait, !hasLetIn(address, with: credential) else { return nil }
        return wait
    }

    package func noteFailure(of caller: CallerAddress) {
        let address = caller.number
        let now = timeSource.uptime()
        state.withLock { state in
            if state.clearAt.count >= Self.capacity, state.clearAt[address] == nil { Self.makeRoom(&state, at: now) }
            // No more than twice the window: a flood does not lock its address for hours.
            state.clearAt[address] = min(max(state.clearAt[address] ?? now, now) + interval, now + window * 2)
            failures.store(true, ordering: .relaxed)
        }
    }

    /// Forgets addresses that have nothing to answer for; called at every scrape.
    func forgetOld() {
        let now = timeSource.uptime()
        state.withLock { state in
            state.clearAt = state.clearAt.filter { $0.value > now }
            failures.store(!state.clearAt.isEmpty, ordering: .relaxed)
        }
    }

    // MARK: Known pairs

    func noteSuccess(of address: CallerAddress, with credential: Fingerprint) {
        let pair = pair(address, credential)
        known.withLock { known in
            let place = Int(truncatingIfNeeded: pair) & (Self.pairs - 1)
            if known[place] != pair { known[place] = pair }
        }
    }

    private func hasLetIn(_ address: CallerAddress, with credential: Fingerprint) -> Bool {
        let pair = pair(address, credential)
        return known.withLock { $0[Int(truncatingIfNeeded: pair) & (Self.pairs - 1)] == pair }
    }

    /// Mixed with a number that nobody knows, so that no pair can be made to fall on another's place (the finaliser of SplitMix64).
    private func pair(_ address: CallerAddress, _ credential: Fingerprint) -> UInt64 {
        var mixed = (address.number ^ seed) &* 0x9E37_79B9_7F4A_7C15 &+ credential.words[2]
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ mixed >> 31) | 1
    }

    private static func makeRoom(_ state: inout State, at now: Duration) {
        state.clearAt = state.clearAt.filter { $0.value > now }
        guard state.clearAt.count >= capacity else { return }
        // A tenth at once, so that this does not happen for every address of a flood.
        for (address, _) in state.clearAt.sorted(by: { $0.value < $1.value }).prefix(capacity / 10) { state.clearAt[address] = nil }
    }
}
