import Foundation
import HearthDrivers
import HearthTestKit
import Testing

/// A browser as far as cookies, forms and redirects go.
private struct Browser {
    static let base = "/admin/cache-analytics"

    let hearth: RunningHearth
    var cookie: String?

    private func headers(_ more: [String: String]) -> [String: String] {
        var headers = ["Accept": "text/html,*/*;q=0.8"].merging(more) { $1 }
        headers["Cookie"] = cookie
        return headers
    }

    func open(_ path: String, headers more: [String: String] = [:]) async throws -> WebClient.Reply {
        try await hearth.client.get(Self.base + path, headers: headers(more))
    }

    /// - Parameter origin: nil sends no header that says from where the form comes.
    func send(_ path: String, _ fields: [(String, String)], origin: String? = "same-origin") async throws -> WebClient.Reply {
        var more = ["Content-Type": "application/x-www-form-urlencoded"]
        more["Sec-Fetch-Site"] = origin
        return try await hearth.client.post(Self.base + path, Self.encoded(fields), headers: headers(more))
    }

    mutating func signIn(_ key: String) async throws -> WebClient.Reply {
        let reply = try await send("/sign-in", [("key", key), ("return", "admin/cache-analytics/jobs")])
        if let set = reply.header("set-cookie") { cookie = String(set.prefix { $0 != ";" }) }
        return reply
    }

    static func encoded(_ fields: [(String, String)]) -> String {
        func text(_ value: String) -> String { value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
        return fields.map { "\(text($0.0))=\(text($0.1))" }.joined(separator: "&")
    }

    /// The hidden fields of the only form that has a token.
    static func fields(_ page: String) -> [(String, String)] {
        page.matches(of: /<input[^>]*type="hidden"[^>]*>/).compactMap { input in
            guard let name = input.output.firstMatch(of: /name="([^"]*)"/), let value = input.output.firstMatch(of: /value="([^"]*)"/)
            else { return nil }
            return (String(name.1), String(value.1))
        }
    }

    /// Opens a confirmation and returns what its form would send.
    func confirmation(_ query: String) async throws -> [(String, String)] {
        let page = try await open("/confirm?" + query)
        #expect(page.status == 200, "\(page.text)")
        return Self.fields(page.text)
    }
}

@Suite("Browsers that sign in", .serialized, .timeLimit(.minutes(4)))
struct SessionTests {
    @Test("A key becomes a cookie that lets into pages and nothing else, and ends with the key or by signing out")
    func sessions() async throws {
        let stage = try await Stage()
        let (admin, reader) = (
            try await AccessKeys.create(stage, name: "boss", scopes: "query,stats,admin,write,metrics"),
            try await AccessKeys.create(stage, name: "owner", scopes: "stats")
        )
        let scraper = try await AccessKeys.create(stage, name: "scraper", scopes: "metrics")
        let hearth = try await stage.start(settings: Stage.quietSettings)
        var browser = Browser(hearth: hearth)
        let refused = try await browser.open("/jobs")
        #expect(refused.status == 401 && refused.header("content-type")?.hasPrefix("text/html") == true)
        #expect(refused.text.contains("hearth keys create --name page --scopes stats"))
        #expect(try await hearth.client.get(Browser.base).header("content-type") == "application/json")
        #expect(try await browser.signIn("hearth_" + String(repeating: "x", count: 40)).status == 401)
        #expect(browser.cookie == nil)

        let signedIn = try await browser.signIn(" \(admin)\n")
        #expect(signedIn.status == 303 && signedIn.header("location") == "../../admin/cache-analytics/jobs")
        let attributes = try #require(signedIn.header("set-cookie"))
        #expect(attributes.hasSuffix("; Max-Age=43200; Path=/admin; HttpOnly; SameSite=Strict"))
        #expect(try await browser.open("/jobs").status == 200)
        // A cookie is sent along by any site; the interface takes none.
        #expect(try await hearth.client.get("/api/v1/jobs", headers: ["Cookie": browser.cookie ?? ""]).status == 401)

        // Another replica, or this one after a restart.
        _ = try await hearth.terminate()
        let again = try await stage.start(settings: Stage.quietSettings)
        browser = Browser(hearth: again, cookie: browser.cookie)
        #expect(try await browser.open("").status == 200)

        var second = Browser(hearth: again)
        #expect(try await second.signIn(reader).status == 303)
        #expect(try await second.open("").status == 200)
        #expect(try await second.open("/help?ui=en").text.contains("Your key may only read, so there are no buttons."))
        let forbidden = try await second.open("/confirm?action=run-job&job=prune-cache")
        #expect(forbidden.status == 403 && forbidden.text.contains("admin") && forbidden.text.contains("owner"))
        #expect(try await second.send("/sign-out", []).status == 303)
        #expect(try await second.open("").status == 401)

        #expect(try await stage.run(["keys", "revoke", "boss"]).status == 0)
        try await Deadline.until("the session ends with its key") { try await browser.open("").status == 401 }
        let metrics = try await again.metrics(headers: ["Authorization": "Bearer \(scraper)"])
        #expect(metrics.value("hearth_session_events_total", ["event": "started"]) == 1)
    }

    @Test("An action is done once, by the form that confirmed it, from a page of ours; whatever else is refused and on record")
    func actions() async throws {
        let stage = try await Stage()
        let key = try await AccessKeys.create(stage, name: "boss", scopes: "query,stats,admin,write")
        let headers = ["Authorization": "Bearer \(key)"]
        let hearth = try await stage.start(settings: Stage.quietSettings)
        for place in ["Lisbon", "Haifa", "Quito"] {
            _ = try await hearth.client.post(
                "/api/v1/cache/query", RunningHearth.body("Do you deliver to \(place)?", language: "en"), headers: headers)
        }
        try await Deadline.until("they are kept") {
            try await hearth.client.send(.delete, "/api/v1/cache/invalidate?language=en&dryRun=true", headers: headers).json["invalidated"]
                .integer == 3
        }
        var browser = Browser(hearth: hearth)
        _ = try await browser.signIn(key)
        let fields = try await browser.confirmation("action=invalidate&language=en")
        #expect(fields.contains { $0.0 == "token" })

        // From elsewhere, without a token, with that of another form, and with other parameters.
        for origin in ["cross-site", "same-site", "none", nil] {
            #expect(try await browser.send("/actions/invalidate", fields, origin: origin).status == 403)
        }
        #expect(
            try await browser.send("/actions/invalidate", [("language", "en")]).header("location")?.hasPrefix("../confirm?action=") == true)
        #expect(
            try await browser.send("/actions/invalidate", fields.map { $0.0 == "language" ? ("language", "he") : $0 }).header("location")?
                .hasPrefix("../confirm?action=") == true)
        #expect(
            try await browser.send("/actions/run-job", fields + [("job", "prune-cache")]).header("location")?.hasPrefix("../confirm")
                != false)
        var other = Browser(hearth: hearth)
        _ = try await other.signIn(key)
        #expect(try await other.send("/actions/invalidate", fields).header("location")?.hasPrefix("../confirm?action=") == true)
        #expect(try await Browser(hearth: hearth).send("/actions/invalidate", fields).status == 401)

        let done = try await browser.send("/actions/invalidate", fields)
        #expect(done.status == 303)
        let location = try #require(done.header("location"))
        #expect(location.hasPrefix("../result?id="))
        let result = try await browser.open("/" + location.dropFirst(3))
        #expect(result.status == 200 && result.text.contains("3"))
        // Another session cannot read it, and sending the form again does nothing.
        #expect(try await other.open("/" + location.dropFirst(3)).status == 404)
        #expect(try await browser.send("/actions/invalidate", fields).header("location")?.hasPrefix("../confirm?action=") == true)

        // Everything asks for a word.
        let all = try await browser.confirmation("action=invalidate&all=true")
        #expect(try await browser.send("/actions/invalidate", all).header("location")?.hasPrefix("../confirm?action=") == true)
        #expect(try await browser.send("/actions/invalidate", all + [("word", "REMOVE")]).status == 303)

        let run = try await browser.confirmation("action=run-job&job=prune-cache")
        #expect(try await browser.send("/actions/run-job", run).status == 303)
        let pause = try await browser.confirmation("action=pause-job&job=prune-cache&hours=24")
        #expect(try await browser.send("/actions/pause-job", pause).status == 303)
        #expect(try await hearth.client.get("/api/v1/jobs/prune-cache", headers: headers).json["state"].text == "paused")

        let acts = try await hearth.client.get("/api/v1/audit?limit=100", headers: headers).json["acts"].items
        func count(_ action: String, _ result: String) -> Int {
            acts.count {
                $0["action"].text == action && $0["result"].text == result && $0["route"].text?.hasPrefix("/admin/") == true
            }
        }
        #expect(count("cache.invalidate", "succeeded") == 2 && count("jobs.run", "succeeded") == 1 && count("jobs.pause", "succeeded") == 1)
        #expect(count("session.start", "succeeded") == 2 && count("cache.invalidate", "failed") >= 4)
        let removal = try #require(acts.first { $0["action"].text == "cache.invalidate" && $0["entries"].integer == 3 })
        #expect(removal["actor"].text == "boss" && removal["parameters"]["language"].text == "en")
        #expect(removal["route"].text == "/admin/cache-analytics/actions/{action}")
    }

    @Test("Who presents many sessions that nobody has is not listened to for a while, by pages or by signing out; a good session goes on")
    func guessedSessions() async throws {
        let stage = try await Stage()
        let key = try await AccessKeys.create(stage, name: "boss", scopes: "stats,admin")
        let hearth = try await stage.start(settings: Stage.quietSettings + "\ncredentials: {failuresPerMinute: 5}\n")
        var browser = Browser(hearth: hearth)
        #expect(try await browser.signIn(key).status == 303)
        #expect(try await browser.open("").status == 200)
        let own = try #require(browser.cookie?.split(separator: "=", maxSplits: 1))
        // The last letter has bits that must be zero.
        func guess() -> Browser { Browser(hearth: hearth, cookie: "\(own[0])=\(String(own[1].dropLast().shuffled()))\(own[1].suffix(1))") }
        var statuses: [Int] = []
        while statuses.count < 7 { statuses.append(try await guess().open("").status) }
        #expect(statuses == Array(repeating: 401, count: 5) + [429, 429])
        #expect(try await guess().send("/sign-out", []).status == 429)
        #expect(try await browser.open("").status == 200)
        #expect(try await browser.send("/sign-out", []).status == 303)
    }

    @Test("Without credentials a page of another site that makes its name lead here is answered nothing")
    func rebinding() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings, environment: ["HEARTH_HOSTNAMES": "my-box"])
        for (host, status) in [("127.0.0.1:\(hearth.port)", 200), ("localhost", 200), ("my-box:80", 200), ("evil.example", 403)] {
            for path in [Browser.base, "/api/v1/jobs", "/metrics"] {
                #expect(try await hearth.client.get(path, headers: ["Host": host]).status == status, "\(host) \(path)")
            }
            let asked = try await hearth.client.post(
                "/api/v1/cache/query", RunningHearth.body("Who may ask here?", language: "en"), headers: ["Host": host])
            #expect(asked.status == status)
        }
        // Nor may a page of another site act by a request that needs nobody's leave; what programs send says nothing of a site.
        let planted = RunningHearth.body("Who is planted here?", language: "en")
        for headers in [["Origin": "http://evil.example", "Content-Type": "text/plain"], ["Sec-Fetch-Site": "cross-site"]] {
            #expect(try await hearth.client.send(.post, "/api/v1/jobs/prune-cache/run", headers: headers).status == 403)
            #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?all=true", headers: headers).status == 403)
            for path in ["/api/v1/cache/query", "/v1/chat/completions"] {
                #expect(try await hearth.client.post(path, planted, headers: headers).status == 403)
            }
            #expect(try await hearth.client.get("/api/v1/jobs", headers: headers).status == 200, "the browser shows it to nobody")
        }
        #expect(try await stage.provider.calls == 1)
        // An action works without a session, too, and its form is as good for once.
        let browser = Browser(hearth: hearth)
        let fields = try await browser.confirmation("action=run-job&job=prune-cache")
        #expect(try await browser.send("/actions/run-job", fields).status == 303)
        #expect(try await browser.send("/actions/run-job", fields).header("location")?.hasPrefix("../confirm?action=") == true)
    }
}
