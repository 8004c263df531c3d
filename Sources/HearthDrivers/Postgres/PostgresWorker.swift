import Glibc
import HearthTelemetry

/// What one thread of a client does: connect, work for one call after the other, rest, and leave when there is nothing to do.
struct PostgresWorker {
    let thread: Int
    let crew: PostgresCrew
    let waker: WakePipe

    /// How often a piece of work is done anew that met another transaction or lost its connection.
    private static let attempts = 10

    func run() {
        var connection: PostgresConnection?
        while true {
            switch crew.next(for: thread) {
            case .leave:
                return
            case .rest:
                guard rest(&connection) else { return }
            case .work(let call):
                guard perform(call, &connection) else { return }
            }
        }
    }

    /// False when the thread has left the crew: it could not connect, and another one took the call.
    private func perform(_ call: PostgresCall, _ connection: inout PostgresConnection?) -> Bool {
        var attempt = 1
        while true {
            do {
                let usable = try connected(&connection, for: call)
                defer { if !usable.isUsable { drop(&connection) } }
                guard call.begin(on: waker) else { return true }
                try call.work(usable)
                return true
            } catch let error as PostgresError {
                if error.kind == .readOnly, connection != nil {
                    // The address may lead to another server next time.
                    drop(&connection)
                    crew.noteFailure(error)
                }
                if connection == nil, isConnectFailure(error), crew.handOver(call, from: thread) { return false }
                guard error.deservesRepetition, attempt < Self.attempts, pause(before: attempt, call) else {
                    call.fail(error)
                    return true
                }
                attempt += 1
            } catch {
                call.fail(error)
                return true
            }
        }
    }

    private func isConnectFailure(_ error: PostgresError) -> Bool {
        switch error.kind {
        case .notReady, .unreachable, .login, .untrusted: true
        case .deadline, .cancelled, .poolExhausted, .connectionLost, .conflict, .lockTimeout, .statementTimeout, .readOnly,
            .outOfResources, .statement, .unexpectedResult, .shutDown:
            false
        }
    }

    private func connected(_ connection: inout PostgresConnection?, for call: PostgresCall) throws(PostgresError) -> PostgresConnection {
        if let connection {
            connection.call = call
            return connection
        }
        if let refusal = crew.refusalToConnect() { throw refusal }
        crew.noteConnecting(thread)
        do throws(PostgresError) {
            let new = try PostgresConnection.open(to: crew.address, context: crew.context, wake: waker, for: call)
            connection = new
            crew.noteConnected(thread, certificateEnd: new.certificateEnd)
            return new
        } catch {
            crew.noteDisconnected(thread)
            crew.noteRefused(error)
            throw error
        }
    }

    private func drop(_ connection: inout PostgresConnection?) {
        connection = nil
        crew.noteDisconnected(thread)
    }

    /// 5 to 10 ms, then twice as long each time, up to 80 to 160 ms: transactions that met each other come back one after the other.
    private func pause(before attempt: Int, _ call: PostgresCall) -> Bool {
        let pause = Duration.milliseconds(5) * (1 << min(attempt - 1, 4)) * Double.random(in: 1..<2)
        guard !call.isAbandoned, crew.context.time.uptime() + pause < call.end else { return false }
        _ = poll(nil, 0, Int32(clamping: pause.wholeMilliseconds))
        return true
    }

    /// Waits to be woken and keeps an eye on the connection; false when the thread has left the crew.
    private func rest(_ connection: inout PostgresConnection?) -> Bool {
        let end = crew.context.time.uptime() + crew.context.settings.idleTime
        while true {
            let left = (end - crew.context.time.uptime()).wholeMilliseconds
            if left <= 0, crew.retire(thread) { return false }
            var descriptors = [
                pollfd(fd: waker.readEnd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: connection?.socket ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            _ = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: max(1, left)))
            if let idle = connection, descriptors[1].revents != 0 {
                idle.noteIdleInput()
                if !idle.isUsable { drop(&connection) }
            }
            if descriptors[0].revents != 0 {
                waker.clear()
                crew.wakeUp(thread)
                return true
            }
        }
    }
}
