import Testing

@testable import HearthServer

@Suite("The methods of an address")
struct RouteTableTests {
    @Test(
        "An address is matched segment by segment",
        arguments: [
            ("/api/v1/cache/query", ["POST"]), ("/metrics", ["GET"]), ("/api/v1/jobs/prune-cache/runs", ["GET"]),
            ("/api/v1/jobs/prune-cache/run", ["POST"]), ("/api/v1/jobs/a/b/c", []), ("/api/v1/cache", []), ("/nothing", []),
        ] as [(String, [String])])
    func methods(path: String, methods: [String]) {
        #expect(RouteTable.methods(of: path) == methods)
    }
}
