import HearthDrivers
import HearthTestKit
import Synchronization
import Testing

extension PostgresFaultTests {
    @Test("A connection that is cut after any number of bytes: what was to be written is there once, is not there, or is told as unknown")
    func everyCut() async throws {
        let server = try await PostgresScratch.sharedServer()
        let proxy = try await FaultProxy.start(to: server.port)
        let url = try await PostgresScratch.url()
        let direct = try PostgresTrial.client(url, pool: 1)
        try await direct.transaction { _ = try $0.query("CREATE TABLE t (n bigint)") }
        let address = url.replacing(":\(server.port)/", with: ":\(proxy.port)/")
        var (whole, repeated, unknown, lost) = (0, 0, 0, 0)
        var cut = 1
        while whole < 3, cut < 5000 {
            let number = Int64(cut)
            proxy.set(.init(cutAfterBytes: cut), [.toClient])
            let client = try PostgresTrial.client(address, pool: 1)
            let attempts = Mutex(0)
            let failure = await PostgresTrial.failure {
                try await client.transaction(deadline: .seconds(2)) { connection -> Void in
                    let attempt = attempts.withLock { attempts in
                        attempts += 1
                        return attempts
                    }
                    // What is done again finds the network whole.
                    if attempt > 1 { proxy.set(.init()) }
                    try connection.query("INSERT INTO t VALUES ($1)", [.integer(number)])
                    try connection.query("SELECT 1")
                }
            }
            let rows = try await direct.query("SELECT 1 FROM t WHERE n = $1", [.integer(number)]).count
            switch failure {
            case nil:
                #expect(rows == 1, "cut at \(cut)")
                if attempts.withLock({ $0 }) > 1 { repeated += 1 } else { whole += 1 }
            case let failure? where failure.isOutcomeUnknown:
                unknown += 1
                #expect(rows <= 1, "cut at \(cut)")
            case let failure?:
                lost += 1
                #expect(rows == 0, "cut at \(cut): \(failure)")
            }
            await client.shutdown()
            // Of the login every so many bytes are enough.
            cut += failure?.kind == .unreachable ? 61 : 5
        }
        print("PostgreSQL cut: \(lost) not made, \(repeated) made at another try, \(unknown) unknown, then whole")
        #expect(whole == 3 && repeated > 0 && unknown > 0 && lost > 3)
        await direct.shutdown()
        await proxy.stop()
    }
}
