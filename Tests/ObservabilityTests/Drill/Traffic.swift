import HearthDrivers
import HearthTestKit
import Synchronization

/// Questions that are asked of a service all the time, as callers would: at an even rate, whether or not answers are slow.
final class Traffic: Sendable {
    struct Pattern: Sendable {
        var perSecond: Double
        /// The share of questions that nobody has asked before.
        var newShare: Double
        /// Answers of this size are put into the cache instead of questions that are asked.
        var writtenBytes: Int?
    }

    private struct State {
        var pattern: Pattern
        var asked = 0
        var task: Task<Void, Never>?
    }

    /// Different questions that are asked again and again.
    private static let known = 12

    private let hearth: HTTPProbe
    private let state: Mutex<State>

    init(_ hearth: HTTPProbe) {
        self.hearth = hearth
        state = Mutex(State(pattern: Pattern(perSecond: 0, newShare: 0)))
    }

    /// From now on questions come like this; a rate of 0 pauses.
    func change(perSecond: Double, newShare: Double, writtenBytes: Int? = nil) {
        state.withLock { $0.pattern = Pattern(perSecond: perSecond, newShare: newShare, writtenBytes: writtenBytes) }
    }

    func start() {
        let task = Task { await run() }
        state.withLock { $0.task = task }
    }

    func stop() async {
        let task = state.withLock { $0.task }
        task?.cancel()
        await task?.value
    }

    private func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let (pattern, number) = state.withLock { state in
                    if state.pattern.perSecond > 0 { state.asked += 1 }
                    return (state.pattern, state.asked)
                }
                guard pattern.perSecond > 0 else {
                    try? await Task.sleep(for: .milliseconds(50))
                    continue
                }
                // New ones are spread evenly among the others: with 0.2 each fifth.
                let isNew = Int(Double(number) * pattern.newShare) > Int(Double(number - 1) * pattern.newShare)
                // In no order, or a provider that swaps answers would swap the same ones each time.
                let question = Self.question(isNew ? 1000 + number : Int.random(in: 0..<Self.known))
                group.addTask { [hearth] in
                    // Faults are what a drill is about; alerts tell of them.
                    if let bytes = pattern.writtenBytes {
                        _ = try? await hearth.send(.put, "/api/v1/cache/entries", body: Self.entry(question, bytes: bytes))
                    } else {
                        _ = try? await hearth.post("/api/v1/cache/query", "{\(question)}")
                    }
                }
                try? await Task.sleep(for: .seconds(1 / pattern.perSecond))
            }
        }
    }

    private static func question(_ number: Int) -> String {
        #""query": "What does parcel number \#(number) hold?", "language": "en", "category": "services""#
    }

    private static func entry(_ question: String, bytes: Int) -> String {
        #"{"entries": [{\#(question), "confidence": 0.9, "response": "\#(String(repeating: "It holds tea. ", count: bytes / 14))"}]}"#
    }
}
