import HearthTestKit
import Testing

@Suite("Ways of writing a request that lead past nothing", .serialized, .timeLimit(.minutes(5)))
struct PathTrickTests {
    private static let query = "a-key-for-questions-only-0123456789"
    private static let admin = "a-key-for-everything-at-all-0123456789"

    /// Ways of asking for something that only administrators may do.
    private static let targets = [
        "//api/v1/cache/invalidations", "/api//v1/cache/invalidations", "/./api/v1/cache/invalidations", "/api/v1/./cache/invalidations",
        "/api/v1/jobs/../cache/invalidations", "/healthz/../api/v1/cache/invalidations", "/%61pi/v1/cache/invalidations",
        "/api/v1/cache/%69nvalidations", "/api/v1/cache%2finvalidations", "/api/v1/cache/%2e%2e/cache/invalidations",
        "/api/v1/cache/invalidations%00", "/api/v1/cache/invalidations;a=b", "/api/v1/cache;a=b/invalidations",
        "/api/v1/cache/invalidations.", "/api/v1/cache/invalidations/", "/API/V1/CACHE/INVALIDATIONS", "/api/v1/cache/Invalidations",
        "http://hearth/api/v1/cache/invalidations", "http://hearth/healthz/../api/v1/cache/invalidations",
        "/api/v1/cache/invalidations?a=/healthz",
        "/api/v1/cache/invalidations#/healthz", "/api/v1/cache/invalidations%23/healthz", "/healthz?/../api/v1/cache/invalidations",
        "\\api\\v1\\cache\\invalidations", "/api/v1/cache/invalidations%20", "/docs/..;/api/v1/cache/invalidations", "*",
    ]

    private static let hosts = [
        "hearth/healthz?", "hearth/healthz#", "hearth#@127.0.0.1", "user@hearth", "hearth:80/healthz", "127.0.0.1/docs", "[::1]/healthz",
    ]

    private static func status(_ hearth: RunningHearth, _ request: String) async throws -> Int? {
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send(request)
        let answer = try await Deadline.value("an answer to \(request.prefix(80))", within: .seconds(20)) { () -> String? in
            let line = connection.received.prefix { $0 != "\r\n" }
            return line.hasPrefix("HTTP/1.1 ") && connection.received.contains("\r\n\r\n") ? String(line) : connection.isClosed ? "" : nil
        }
        await connection.close()
        return Int(answer.split(separator: " ").dropFirst().first ?? "")
    }

    private static func get(_ target: String, method: String = "GET", host: String = "hearth", headers: [String] = []) -> String {
        let lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test("No spelling of an address, and no Host, reaches what the credential is not good for (S26)")
    func spellings() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "credentials: {failuresPerMinute: 10000}\n",
            environment: ["HEARTH_API_KEYS": "ask:query=\(Self.query),all=\(Self.admin)"])
        let plain = Self.get("/api/v1/cache/invalidations", headers: ["X-API-Key: \(Self.admin)"])
        #expect(try await Self.status(hearth, plain) == 200)
        for headers in [[], ["X-API-Key: \(Self.query)"], ["X-API-Key: nobody's-key-0123456789"]] {
            for target in Self.targets where target != "/healthz?/../api/v1/cache/invalidations" {
                let status = try await Self.status(hearth, Self.get(target, headers: headers))
                #expect(status.map { [400, 401, 403, 404, 405].contains($0) } ?? true, "\(target) \(headers): \(status ?? 0)")
            }
            for host in Self.hosts {
                let status = try await Self.status(hearth, Self.get("/api/v1/cache/invalidations", host: host, headers: headers))
                #expect(status.map { [400, 401, 403].contains($0) } ?? true, "\(host) \(headers): \(status ?? 0)")
            }
        }
    }

    @Test("No method, and no header that names another, does what the credential is not good for (S25)")
    func methods() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "credentials: {failuresPerMinute: 10000}\n",
            environment: ["HEARTH_API_KEYS": "ask:query=\(Self.query),look:stats=a-key-for-figures-only-0123456789"])
        let look = "X-API-Key: a-key-for-figures-only-0123456789"
        for method in ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PUT", "get", "Get", "DELETE", "PROPFIND", "G\u{1}T"] {
            for headers in [[], [look]] {
                let status = try await Self.status(hearth, Self.get("/api/v1/jobs", method: method, headers: headers))
                #expect(status.map { [400, 401, 403, 404, 405, 501].contains($0) } ?? true, "\(method) \(headers): \(status ?? 0)")
            }
        }
        #expect(try await hearth.ask("Do you sell gift cards?", headers: ["X-API-Key": Self.query]).status == 200)
        for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"] {
            let request = Self.get("/api/v1/jobs/prune-cache?_method=POST", headers: [look, "\(name): DELETE"])
            #expect(try await Self.status(hearth, request) == 400)
            let entry = Self.get("/api/v1/cache/entries/en:" + String(repeating: "0", count: 64), headers: [look, "\(name): DELETE"])
            #expect(try await Self.status(hearth, entry) == 404)
        }
        // Two credentials: the one of Authorization counts, and two of them are none.
        let two = Self.get("/api/v1/jobs", headers: ["Authorization: Bearer \(Self.query)", look])
        #expect(try await Self.status(hearth, two) == 403)
        let twice = Self.get(
            "/api/v1/jobs", headers: ["Authorization: Bearer nobody's", "Authorization: Bearer a-key-for-figures-only-0123456789"])
        #expect(try await Self.status(hearth, twice) == 401)
    }

    @Test("On the listener for questions there is no administration, in no spelling and with any key (S27)")
    func adminPort() async throws {
        let stage = try await Stage()
        let port = try await FreePort.find()
        let hearth = try await stage.start(environment: ["HEARTH_ADMIN_PORT": "\(port)", "HEARTH_API_KEYS": Self.admin])
        let key = "X-API-Key: \(Self.admin)"
        for target in Self.targets + ["/api/v1/cache/invalidations", "/metrics", "/api/v1/jobs", "/admin/cache-analytics"]
        where target != "/healthz?/../api/v1/cache/invalidations" {
            let status = try await Self.status(hearth, Self.get(target, headers: [key]))
            #expect(status.map { [400, 404, 405].contains($0) } ?? true, "\(target): \(status ?? 0)")
        }
    }
}
