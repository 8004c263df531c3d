import HearthTelemetry
import HearthUpstream
import Logging
import Synchronization

/// Refuses a part of the work while the event loops are late, what costs least to lose first; see ``ShedLevel``.
///
/// The latest loop decides for all. Asking costs one atomic read where nothing is refused, and requests that are answered from memory do
/// not ask at all.
final class OverloadGuard: Sendable {
    private struct State {
        var loops: [ShedLevel] = []
        /// It was told that work is refused.
        var isTold = false
    }

    private enum Change { case began, ended }

    /// Nil refuses nothing.
    private let target: Duration?
    private let instruments: OverloadInstruments
    private let logger: Logger
    /// A number from 0 to 999.
    private let draw: @Sendable () -> Int
    private let level = Atomic<Int>(0)
    private let state = Mutex(State())

    init(
        target: Duration?, instruments: OverloadInstruments, logger: Logger,
        draw: @escaping @Sendable () -> Int = { Int.random(in: 0..<1000) }
    ) {
        self.target = target
        self.instruments = instruments
        self.logger = logger
        self.draw = draw
        instruments.target.set(target ?? .zero)
    }

    var isShedding: Bool { level.load(ordering: .relaxed) > 0 }

    /// When it is worth trying again, at the level that stands now.
    var retryAfter: Duration { .seconds(1 + level.load(ordering: .relaxed) / 1000) }

    /// Whether a piece of such work may begin.
    func admits(_ work: WorkClass) -> Bool {
        let refused = ShedLevel.refused(work, at: level.load(ordering: .relaxed))
        guard refused > 0, draw() < refused else { return true }
        instruments.shed(work).increment()
        return false
    }

    /// Refuses a call to the provider that somebody waits for, if it must be.
    func admitCall() throws(UpstreamError) {
        guard !admits(.miss) else { return }
        throw UpstreamError(
            kind: .overloaded, message: "Hearth has more to do than it can in time, and asks the provider less. Ask again in a moment.",
            retryAfter: retryAfter)
    }

    /// Begins to watch one more loop; returns what is to be told how late it is, again and again.
    func watch() -> @Sendable (Duration) -> Void {
        guard target != nil else { return { _ in } }
        let loop = state.withLock { state in
            state.loops.append(ShedLevel())
            return state.loops.count - 1
        }
        return { [self] in note($0, of: loop) }
    }

    private func note(_ delay: Duration, of loop: Int) {
        guard let target else { return }
        let (highest, delay, change) = state.withLock { state -> (Int, Duration, Change?) in
            guard state.loops[loop].note(delay, target: target) else { return (-1, .zero, nil) }
            let highest = state.loops.reduce(0) { max($0, $1.thousandths) }
            // The first class is refused as a whole after a second; what is shorter is not worth a line.
            var change: Change?
            if !state.isTold, highest >= 1000 { change = .began } else if state.isTold, highest == 0 { change = .ended }
            if change != nil { state.isTold.toggle() }
            return (highest, state.loops.reduce(.zero) { max($0, $1.delay) }, change)
        }
        guard highest >= 0 else { return }
        level.store(highest, ordering: .relaxed)
        instruments.level.set(Double(highest) / 1000)
        instruments.delay.set(delay)
        switch change {
        case .began:
            logger.warning(
                "there is more to do than can be done in time; work is refused",
                metadata: ["delay_ms": "\(delay.components.seconds * 1000 + delay.components.attoseconds / 1_000_000_000_000_000)"])
        case .ended: logger.notice("no work is refused any more")
        case nil: break
        }
    }
}
