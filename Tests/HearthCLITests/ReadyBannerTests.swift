import HearthServer
import HearthTelemetry
import Testing

@testable import HearthCLI

@Suite("What is printed at the start and at the end")
struct ReadyBannerTests {
    static func report(port: Int = 4327) throws -> ReadyReport {
        ReadyReport(
            version: "0.1.0", startDuration: .milliseconds(412), baseURL: "http://127.0.0.1:\(port)", pagePath: "/admin/cache-analytics",
            documentsPath: "/docs", openAIPath: "/v1", provider: .simulated, entries: 212, languages: 5,
            stores: ["memory", "./var/hearth.sqlite"], jobs: 6,
            nextJob: .init(name: "refresh-popular", at: try #require(Timestamp(iso8601: "2026-11-22T17:40:00Z"))),
            access: .open(profile: .development, host: "127.0.0.1"), now: try #require(Timestamp(iso8601: "2026-11-22T17:31:04Z")),
            program: ".build/release/hearth")
    }

    @Test("The page for people is the documented one, letter by letter")
    func golden() throws {
        let expected = """
            Hearth 0.1.0 is ready (0.4 s).                                       Stop with Ctrl-C.

              Open       http://127.0.0.1:4327/admin/cache-analytics
              API        http://127.0.0.1:4327/api/v1        reference: /docs
              OpenAI     http://127.0.0.1:4327/v1            give this to any OpenAI client as its base URL
              Metrics    http://127.0.0.1:4327/metrics

              Provider   SIMULATED: answers are invented and cost nothing. Real ones: set OPENAI_API_KEY
              Cache      212 answers ready in 5 languages, in memory and ./var/hearth.sqlite
              Jobs       6 scheduled; next: refresh-popular at 17:40:00 UTC (in 8 min 56 s)
              Access     open, because profile development listens on 127.0.0.1 only

              Try        .build/release/hearth ask "Do you sell gift cards?"      then once more

            """
        #expect(ReadyBanner.text(try Self.report()) == expected)
    }

    @Test("Programs get one line of JSON")
    func json() throws {
        let line = ReadyBanner.json(try Self.report())
        #expect(
            line
                == #"{"event":"ready","version":"0.1.0","url":"http://127.0.0.1:4327","provider":"simulated","startSeconds":0.412,"entries":212,"languages":5,"stores":["memory","./var/hearth.sqlite"],"jobs":6,"nextJob":{"name":"refresh-popular","at":"2026-11-22T17:40:00.000Z"},"access":"open"}"#
        )
        #expect(JSONReader.read(line) != nil)
    }

    @Test("On another port the suggested command says so, or it would ask somebody else")
    func otherPort() throws {
        let text = ReadyBanner.text(try Self.report(port: 4328))
        #expect(text.contains("ask \"Do you sell gift cards?\" --url http://127.0.0.1:4328      then once more"))
    }

    @Test("What is not there is not shown, and what is wrong is")
    func variants() throws {
        var report = try Self.report()
        report.pagePath = nil
        report.openAIPath = nil
        report.provider = .real(host: "api.openai.com", model: "gpt-4o-mini")
        report.access = .keys(count: 2)
        report.entries = 0
        report.nextJob = nil
        report.warnings = ["Redis at 127.0.0.1:6379 does not answer"]
        let text = ReadyBanner.text(report)
        #expect(!text.contains("  Open  "))
        #expect(!text.contains("OpenAI"))
        #expect(text.contains("  Provider   api.openai.com, model gpt-4o-mini\n"))
        #expect(text.contains("  Cache      empty, in memory and ./var/hearth.sqlite\n"))
        #expect(text.contains("  Jobs       6 scheduled\n"))
        #expect(text.contains("  Access     2 keys\n"))
        #expect(text.contains("  Warning    Redis at 127.0.0.1:6379 does not answer\n"))
        let json = JSONReader.read(ReadyBanner.json(report))
        #expect(json?["provider"]?.text == "real")
        #expect(json?["model"]?.text == "gpt-4o-mini")
        #expect(json?["access"]?.text == "keys")
        #expect(json?["warnings"]?.items?.count == 1)
    }

    @Test(
        "The farewell counts what is being finished",
        arguments: [
            (3, 1, "Finishing 3 requests and 1 job (up to 25 s). Ctrl-C again stops at once."),
            (1, 0, "Finishing 1 request (up to 25 s). Ctrl-C again stops at once."),
            (0, 2, "Finishing 2 jobs (up to 25 s). Ctrl-C again stops at once."),
            (0, 0, "Finishing 0 requests (up to 25 s). Ctrl-C again stops at once."),
        ])
    func draining(requests: Int, jobs: Int, text: String) {
        #expect(FarewellLines.draining(requests: requests, jobs: jobs, limit: .seconds(25)) == text)
    }

    @Test("The last line says what was gained")
    func stopped() throws {
        let since = try #require(Timestamp(iso8601: "2026-11-22T09:02:11Z"))
        let report = FarewellReport(answers: 9871, savedMicroDollars: 18_020_000, since: since)
        #expect(FarewellLines.stopped(report) == "Stopped. 9,871 answers, $18.02 saved since 09:02 UTC.")
        #expect(
            FarewellLines.stoppedJSON(report) == #"{"event":"stopped","answers":9871,"savedUSD":18.02,"since":"2026-11-22T09:02:11.000Z"}"#)
    }
}
