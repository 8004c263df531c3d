import Crypto
import Foundation
import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@Suite("Keys of an issuer of tokens", .serialized, .timeLimit(.minutes(5)))
struct TokenKeysTests {
    /// An issuer with one key at a time.
    private struct Issuer {
        let name: String
        let key = P256.Signing.PrivateKey()

        var jwks: String {
            let point = key.publicKey.rawRepresentation
            return
                #"{"keys":[{"kty":"EC","crv":"P-256","kid":"\#(name)","x":"\#(base64(point.prefix(32)))","y":"\#(base64(point.suffix(32)))"}]}"#
        }

        func token(_ scopes: String) throws -> [String: String] {
            let now = SystemTimeSource().now().seconds
            let signed = [
                #"{"alg":"ES256","kid":"\#(name)"}"#,
                #"{"iss":"tests","aud":["hearth"],"sub":"a","team":"acme","exp":\#(now + 600),"roles":["\#(scopes)"]}"#,
            ].map { base64(Data($0.utf8)) }.joined(separator: ".")
            return ["Authorization": "Bearer \(signed).\(base64(try key.signature(for: Data(signed.utf8)).rawRepresentation))"]
        }

        private func base64(_ data: Data) -> String {
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
    }

    private static let claims = [
        "HEARTH_JWT_ISSUER": "tests", "HEARTH_JWT_AUDIENCE": "hearth", "HEARTH_JWT_TENANT_CLAIM": "team",
        "HEARTH_JWT_SCOPES_CLAIM": "roles",
    ]

    @Test("Keys at an address are read at the start and by the job; old ones end with that, and a fault keeps those that were read last")
    func address() async throws {
        let (first, second) = (Issuer(name: "first"), Issuer(name: "second"))
        let shown = Mutex(first.jwks)
        let server = try await ScriptedServer.start { _ in [.answer(shown.withLock { $0 })] }
        let stage = try await Stage()
        let key = "an-administrator's-key-0123456789"
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\njobs: {refresh-token-keys: {retries: 0}}\n",
            environment: Self.claims.merging(["HEARTH_JWT_KEYS_URL": server.url + "/jwks", "HEARTH_API_KEYS": key]) { $1 })
        let admin = ["X-API-Key": key]
        func runJob() async throws -> String {
            let id = try await hearth.client.post("/api/v1/jobs/refresh-token-keys/run", headers: admin).json["runId"].text ?? ""
            return try await Deadline.value("the run has ended") {
                let run = try await hearth.client.get("/api/v1/jobs/runs/\(id)", headers: admin).json
                guard run["finishedAt"].text != nil else { return nil }
                return [run["outcome"].text, run["error"]["message"].text].compactMap(\.self).joined(separator: ": ")
            }
        }
        try await Deadline.until("the keys were read at the start") {
            try await hearth.ask("Do you sell gift cards?", headers: try first.token("query")).status == 200
        }
        #expect(try await hearth.ask("Do you sell gift cards?", headers: try second.token("query")).status == 401)
        #expect(try await hearth.client.get("/api/v1/jobs", headers: try first.token("query")).status == 403)
        let reads = server.requests.count
        for number in 0..<20 {
            #expect(try await hearth.ask("Do you?", headers: try Issuer(name: "unknown-\(number)").token("query")).status == 401)
        }
        #expect(server.requests.count == reads)

        shown.withLock { $0 = "<html>" }
        #expect(try await runJob() != "success")
        #expect(try await hearth.ask("Do you sell gift cards?", headers: try first.token("query")).status == 200)
        shown.withLock { $0 = second.jwks }
        #expect(try await runJob() == "success")
        #expect(try await hearth.ask("Do you sell gift cards?", headers: try second.token("query")).status == 200)
        #expect(try await hearth.ask("Do you sell gift cards?", headers: try first.token("query")).status == 401)
        await server.stop()
    }

    @Test("Keys of a file must be right at the start")
    func file() async throws {
        let stage = try await Stage()
        let issuer = Issuer(name: "first")
        try stage.write("keys.json", issuer.jwks)
        let environment = Self.claims.merging(["HEARTH_JWT_KEYS": stage.folder.path + "/keys.json"]) { $1 }
        let hearth = try await stage.start(environment: environment)
        #expect(hearth.ready["access"].text == "keys")
        #expect(try await hearth.client.get("/api/v1/cache/statistics").status == 401)
        #expect(try await hearth.client.get("/api/v1/cache/statistics", headers: try issuer.token("stats")).status == 200)
        #expect(try await hearth.terminate() == .init(status: 0))
        for text in ["{}", #"{"keys":[{"kty":"oct","k":"AAAA"}]}"#] {
            try stage.write("keys.json", text)
            let refusal = try await stage.refusal(environment: environment)
            #expect(refusal.status == 2)
            #expect(refusal.errors.contains("keys.json"))
        }
        for missing in ["HEARTH_JWT_ISSUER", "HEARTH_JWT_AUDIENCE"] {
            let refusal = try await stage.refusal(environment: environment.filter { $0.key != missing })
            #expect(refusal.status == 2)
            #expect(refusal.errors.contains(missing))
        }
    }
}
