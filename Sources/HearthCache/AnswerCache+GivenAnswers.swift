import HearthTelemetry

/// Answers that somebody gives, and those that are fetched ahead of time: nobody waits for them, so they wait for the store.
extension AnswerCache {
    /// Keeps answers that somebody gives. They can be given again, so they wait until there is room for them on the way to the store, and
    /// push nothing out of it.
    ///
    /// - Returns: how many are kept, from the first on; fewer than all of them where there was no room for the rest in time
    package func keepGiven(_ answers: [CachedAnswer], within patience: Duration) async -> Int {
        let end = timeSource.uptime() + patience
        var kept = 0
        while kept < answers.count {
            // All at once, unless the queue is shorter than that.
            let part = answers[kept..<min(kept + writes.limit, answers.count)]
            guard await wait(until: end, for: { writes.appendIfRoom(part) }) else { return kept }
            for answer in part where memory.peek(answer.key).map({ $0.answer.generation <= answer.generation }) ?? true {
                trust.note(changeOf: answer.key)
                admit(entry(of: answer))
            }
            kept += part.count
        }
        return kept
    }

    /// Waits until one more answer would push none out of the way to the store; false where it would after that time too.
    package func hasRoom(within patience: Duration) async -> Bool {
        await wait(until: timeSource.uptime() + patience) { writes.hasRoom }
    }

    private static let roomInterval = Duration.milliseconds(10)

    private func wait(until end: Duration, for condition: () -> Bool) async -> Bool {
        while !condition() {
            guard timeSource.uptime() < end, !Task.isCancelled else { return false }
            writes.wakeWriter()
            try? await Task.sleep(for: Self.roomInterval)
        }
        return true
    }
}
