import Dispatch

/// Whether the system lets this process have threads, tried before anything depends on them.
///
/// The libraries below ask for theirs when they need them: one that is refused waits for ever, another ends the process by a signal.
package enum ThreadProbe {
    /// Starts threads that wait for each other, and ends them.
    ///
    /// - Parameter wanted: how many are tried at most.
    /// - Returns: how many there were at the same time.
    package static func count(upTo wanted: Int) -> Int {
        let gate = DispatchSemaphore(value: 0)
        var threads: [DedicatedThread] = []
        while threads.count < wanted, let thread = try? DedicatedThread(name: "hearth-probe", body: { gate.wait() }) {
            threads.append(thread)
        }
        for _ in threads { gate.signal() }
        for thread in threads { thread.join() }
        return threads.count
    }
}
