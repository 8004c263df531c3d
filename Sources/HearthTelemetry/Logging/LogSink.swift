import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes log lines to a file descriptor without ever making the caller wait.
///
/// Lines are gathered in a buffer of limited size and written by a thread of their own, many at once under load. What finds the
/// buffer full, because the reader of the output is blocked or too slow, is dropped as a whole and counted. Lines are never cut or mixed.
package final class LogSink: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var waitingLines: UInt64 = 0
        var isWriting = false
        var flushes: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "hearth.log")
    private let descriptor: Int32
    private let capacity: Int
    private let dropped: Counter

    /// - Parameters:
    ///   - descriptor: where lines go; it stays the caller's and must outlive the sink. It may block. The process must ignore `SIGPIPE`
    ///     for a reader that goes away to be counted and not deadly.
    ///   - capacity: bytes that may wait to be written.
    ///   - dropped: counts the lines that were lost.
    package init(descriptor: Int32, capacity: Int = 4 << 20, dropped: Counter) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.dropped = dropped
    }

    /// Hands over one line with its line feed.
    package func write(_ line: [UInt8]) {
        enum Next { case nothing, startWriter, countLoss }
        let next = state.withLock { state -> Next in
            guard state.waiting.count + line.count <= capacity else { return .countLoss }
            state.waiting.append(contentsOf: line)
            state.waitingLines += 1
            guard !state.isWriting else { return .nothing }
            state.isWriting = true
            return .startWriter
        }
        switch next {
        case .nothing: break
        case .startWriter: queue.async { self.drain() }
        case .countLoss: dropped.increment()
        }
    }

    /// Waits until all lines so far are written, and tells whether they were; it blocks its thread for `deadline` at most.
    @discardableResult
    package func flush(within deadline: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let isIdle = state.withLock { state in
            if state.isWriting { state.flushes.append(done) }
            return !state.isWriting
        }
        if isIdle { return true }
        let milliseconds = Int(clamping: max(0, deadline.wholeMilliseconds))
        return done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }

    /// Writes until nothing waits; only ever on ``queue``.
    private func drain() {
        while true {
            let (bytes, lines, finished) = state.withLock { state -> ([UInt8], UInt64, [DispatchSemaphore]) in
                let batch = (state.waiting, state.waitingLines)
                state.waiting = []
                state.waitingLines = 0
                guard batch.0.isEmpty else { return (batch.0, batch.1, []) }
                state.isWriting = false
                let finished = state.flushes
                state.flushes = []
                return ([], 0, finished)
            }
            guard !bytes.isEmpty else {
                for semaphore in finished { semaphore.signal() }
                return
            }
            if !writeAll(bytes) { dropped.increment(by: lines) }
        }
    }

    /// False when the descriptor takes no more: closed, its reader gone, its disk full.
    private func writeAll(_ bytes: [UInt8]) -> Bool {
        var written = 0
        while written < bytes.count {
            // The pointer is used for the call only, and the span's end is the array's.
            let count = unsafe bytes[written...].withUnsafeBytes { unsafe Self.systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&request, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    private static func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        unsafe Glibc.write(descriptor, start, count)
        #elseif canImport(Musl)
        unsafe Musl.write(descriptor, start, count)
        #endif
    }
}
