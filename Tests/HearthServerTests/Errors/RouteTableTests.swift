import HearthPages
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("The methods of an address")
struct RouteTableTests {
    @Test("The document describes the routes that there are, and no others")
    func documented() {
        let served = Set(RouterBuilder.routes.map { "\($0.method.label) \($0.template)" })
        let documented = Set(APIRoute.all.map { "\($0.method.rawValue) \($0.path)" })
        #expect(served.subtracting(documented) == [])
        #expect(documented.subtracting(served) == [])
    }

    @Test("The document says of every route what its decision says")
    func decisions() throws {
        for route in RouterBuilder.routes {
            let documented = try #require(APIRoute.all.first { $0.path == route.template && $0.method.rawValue == route.method.label })
            let access: APIRoute.Access =
                switch route.decision {
                case .open: .open
                case .signed: .signature
                case .needs(let scope): .scope(scope)
                }
            #expect(documented.access == access, "\(route)")
        }
    }

    @Test("Whatever needs the scope of writing or administration and is no question is put on record, and as what the document says")
    func recorded() {
        for route in RouterBuilder.routes {
            let changes =
                route.method != .get && (route.decision == .needs(.admin) || route.decision == .needs(.write))
                || route.action == .judgeEntry
            #expect((route.action != nil) == changes, "\(route)")
        }
        let recorded = RouterBuilder.routes.compactMap(\.action)
        #expect(Set(recorded).count == recorded.count)
        #expect(Set(AuditAction.allCases).subtracting(recorded) == [.signIn, .createKey, .rotateKey, .revokeKey])
        #expect(AuditAction.allCases.map(\.rawValue) == APISchema.auditActions)
    }

    @Test(
        "An address is matched segment by segment",
        arguments: [
            ("/api/v1/cache/query", ["POST"]), ("/metrics", ["GET"]), ("/api/v1/jobs/prune-cache/runs", ["GET"]),
            ("/api/v1/jobs/prune-cache/run", ["POST"]), ("/v1/chat/completions", ["POST"]), ("/v1/files", []), ("/api/v1/jobs/a/b/c", []),
            ("/api/v1/cache", []), ("/nothing", []),
        ] as [(String, [String])])
    func methods(path: String, methods: [String]) {
        #expect(RouteTable.methods(of: path) == methods)
    }
}
