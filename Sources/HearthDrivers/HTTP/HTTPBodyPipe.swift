import DequeModule
import Synchronization

/// Carries the body of a streamed answer from libcurl's thread to the task that reads it; bounded, so that a slow reader slows the server.
final class HTTPBodyPipe: Sendable {
    typealias Piece = Result<[UInt8]?, HTTPClientError>

    private struct State {
        var pieces: Deque<[UInt8]> = []
        var bytes = 0
        /// The transfer rests until there is room again.
        var isPaused = false
        /// How the body ended; nil as a success.
        var end: Piece?
        var waiter: CheckedContinuation<Piece, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let host: String

    init(capacity: Int, host: String) {
        self.capacity = capacity
        self.host = host
    }

    /// Takes what has arrived; false when there is no room, and then the transfer must rest and offer it again later.
    func offer(_ bytes: [UInt8]) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Piece, Never>?) in
            if let waiter = state.waiter {
                state.waiter = nil
                return (true, waiter)
            }
            // One piece is always taken, whatever its size: libcurl's are at most 16 KiB, and an empty pipe must not block.
            guard state.bytes == 0 || state.bytes + bytes.count <= capacity else {
                state.isPaused = true
                return (false, nil)
            }
            state.pieces.append(bytes)
            state.bytes += bytes.count
            return (true, nil)
        }
        waiter?.resume(returning: .success(bytes))
        return isTaken
    }

    func end(_ failure: HTTPClientError?) {
        let end: Piece = failure.map { .failure($0) } ?? .success(nil)
        let waiter = state.withLock { state -> CheckedContinuation<Piece, Never>? in
            guard state.end == nil else { return nil }
            state.end = end
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: end)
    }

    /// What has arrived since the last call, or waits for it; nil at the end. One task reads.
    ///
    /// - Parameter resume: called when the transfer rests and there is room again.
    func next(resume: () -> Void) async throws(HTTPClientError) -> [UInt8]? {
        let piece = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (piece, mustResume) = state.withLock { state -> (Piece?, Bool) in
                    let (piece, mustResume) = Self.take(&state, host: host)
                    if piece == nil { state.waiter = continuation }
                    return (piece, mustResume)
                }
                if mustResume { resume() }
                if let piece { continuation.resume(returning: piece) }
            }
        } onCancel: {
            cancel()
        }
        return try piece.get()
    }

    private func cancel() {
        let waiter = state.withLock { state -> CheckedContinuation<Piece, Never>? in
            state.isCancelled = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: .failure(HTTPClientError(kind: .cancelled, host: host)))
    }

    private static func take(_ state: inout State, host: String) -> (Piece?, mustResume: Bool) {
        if state.isCancelled { return (.failure(HTTPClientError(kind: .cancelled, host: host)), false) }
        guard let first = state.pieces.popFirst() else { return (state.end, false) }
        var bytes = first
        while let more = state.pieces.popFirst() { bytes += more }
        state.bytes = 0
        defer { state.isPaused = false }
        return (.success(bytes), state.isPaused)
    }
}
