import HearthTelemetry
import Synchronization

/// What the simulator has been asked so far; the body of `GET /simulator/requests`.
package struct SimulatorCounts: Codable, Equatable, Sendable {
    package var chatCompletions = 0
    /// Those of the chat completions that were streamed.
    package var streamed = 0
    package var embeddings = 0
    package var models = 0
    /// Chat completions and embeddings that were answered with a failure status.
    package var failures = 0
    package var inFlight = 0
    /// The most that were in flight at once.
    package var highestInFlight = 0
}

/// The changing part of the simulator: behaviour, counts and the dice for failures.
final class SimulatorState: Sendable {
    private struct Contents {
        var behavior: SimulatorBehavior
        var counts = SimulatorCounts()
        var dice: SplitMix64
        var lastQuestion: String?
    }

    private let contents: Mutex<Contents>

    init(behavior: SimulatorBehavior, seed: UInt64) {
        contents = Mutex(Contents(behavior: behavior, dice: SplitMix64(seed: seed)))
    }

    var behavior: SimulatorBehavior { contents.withLock { $0.behavior } }
    var counts: SimulatorCounts { contents.withLock { $0.counts } }

    /// Changes the behaviour if the result is within its ranges, else returns what is wrong.
    func change(_ change: SimulatorBehavior.Change) -> (behavior: SimulatorBehavior, fault: String?) {
        contents.withLock { contents in
            let changed = contents.behavior.applying(change)
            guard let fault = changed.fault else {
                contents.behavior = changed
                return (changed, nil)
            }
            return (contents.behavior, fault)
        }
    }

    func resetCounts() {
        contents.withLock { $0.counts = SimulatorCounts(inFlight: $0.counts.inFlight, highestInFlight: $0.counts.inFlight) }
    }

    func count(_ counter: any WritableKeyPath<SimulatorCounts, Int> & Sendable) {
        contents.withLock { $0.counts[keyPath: counter] += 1 }
    }

    /// Notes a question that is being answered, and returns the one before it.
    func exchangeQuestion(_ question: String) -> String? {
        contents.withLock { contents in
            defer { contents.lastQuestion = question }
            return contents.lastQuestion
        }
    }

    func begin() {
        contents.withLock { contents in
            contents.counts.inFlight += 1
            contents.counts.highestInFlight = max(contents.counts.highestInFlight, contents.counts.inFlight)
        }
    }

    func end() {
        contents.withLock { $0.counts.inFlight -= 1 }
    }

    /// The failure status for this request; nil for an answer. The same seed gives the same sequence.
    func failureStatus() -> Int? {
        contents.withLock { contents in
            let status = contents.behavior.status
            if status >= 300 { return status }
            let roll = Double(contents.dice.next() >> 11) / Double(1 << 53)
            return roll < contents.behavior.errorRate ? 500 : nil
        }
    }
}
