import CPostgres
import Synchronization

/// The wish that a server end a statement whose connection has been given up.
///
/// libpq sends it over a connection of its own and waits for its end, so it goes out from a thread of its own. There are at most a few at a
/// time: where more are wanted the server does not answer, and finds out by itself when it next writes to the closed connection.
@safe struct PostgresCancellation: Sendable {
    private static let inProgress = Atomic<Int>(0)
    private static let maximum = 4

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

    private let request: Request

    init?(of connection: OpaquePointer) {
        guard let request = unsafe Request(of: connection) else { return nil }
        self.request = request
    }

    func send() {
        guard Self.inProgress.add(1, ordering: .relaxed).newValue <= Self.maximum else {
            Self.inProgress.subtract(1, ordering: .relaxed)
            return
        }
        let request = request
        do throws(DedicatedThreadError) {
            try DedicatedThread(name: "hearth-pgcancel") {
                request.send()
                Self.inProgress.subtract(1, ordering: .relaxed)
            }.detach()
        } catch {
            Self.inProgress.subtract(1, ordering: .relaxed)
        }
    }
}
