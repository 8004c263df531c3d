import CPostgres
import Synchronization

/// Asks the server to end statements whose connections have been given up.
///
/// libpq sends such a wish over a connection of its own and waits for its end, so it goes out from a thread of its own. There are at most a few
/// at a time: where more are wanted the server does not answer, and finds out by itself when it next writes to the closed connection.
final class PostgresCancellations: Sendable {
    private static let maximum = 4

    private let inProgress = Atomic<Int>(0)

    /// Owns libpq's request, which may be sent from any thread.
    @safe private final class Request: @unchecked Sendable {
        private let request: OpaquePointer

        init?(of connection: OpaquePointer) {
            guard let request = unsafe PQgetCancel(connection) else { return nil }
            unsafe self.request = request
        }

        deinit {
            unsafe PQfreeCancel(request)
        }

        func send() {
            var problem = [CChar](repeating: 0, count: 256)
            // Whether it was delivered does not matter: the connection is closed either way.
            _ = unsafe PQcancel(request, &problem, Int32(problem.count))
        }
    }

    /// - Parameter connection: of libpq; it may be closed once this returns
    func cancel(_ connection: OpaquePointer) {
        guard let request = unsafe Request(of: connection) else { return }
        guard inProgress.add(1, ordering: .relaxed).newValue <= Self.maximum else {
            inProgress.subtract(1, ordering: .relaxed)
            return
        }
        do throws(DedicatedThreadError) {
            try DedicatedThread(name: "hearth-pgcancel") { [self] in
                request.send()
                inProgress.subtract(1, ordering: .relaxed)
            }.detach()
        } catch {
            inProgress.subtract(1, ordering: .relaxed)
        }
    }
}
