import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Scrapes of a running service", .serialized, .timeLimit(.minutes(10)))
struct ScrapeTests {
    private static let protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

    @Test("The lint finds nothing in either text, also from the command line")
    func lint() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for _ in 0..<2 { _ = try await hearth.ask("Do you sell gift cards?") }
        for type in ["text/plain", "application/openmetrics-text"] {
            let findings = ExpositionLint.check(try await hearth.client.get("/metrics", headers: ["Accept": type]).text)
            #expect(findings.isEmpty, "\(findings.prefix(5))")
        }
        let ended = try await stage.run(["metrics", "lint", "--url", hearth.url])
        #expect(ended.status == 0 && ended.output.hasPrefix("no faults in "), "\(ended)")
        #expect(try await stage.run(["metrics", "lint", hearth.url + "/metrics", "--json"]).output.isEmpty)
        let broken = try await stage.run(["metrics", "lint", "-"], input: "hearth_cache_entrys 1\nhearth_cache_entrys 1\n")
        #expect(broken.status == 1)
        #expect(broken.output.contains("duplicate") && broken.output.contains("it has hearth_cache_entries"))
        #expect(broken.errors.contains("there are"))
    }

    @Test("gzip for those who take it, and the answer says what it depends on")
    func gzip() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let plain = try await hearth.client.get("/metrics")
        #expect(plain.header("Content-Encoding") == nil)
        #expect(plain.header("Vary") == "Accept, Accept-Encoding")
        let packed = try await hearth.client.get("/metrics", headers: ["Accept-Encoding": "gzip"])
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(Array(packed.body.prefix(2)) == [0x1F, 0x8B])
        #expect(packed.body.count * 5 < plain.body.count)
    }

    @Test("Protobuf is given only where the configuration says so", arguments: ["off", "classic", "native"])
    func protobuf(setting: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_METRICS_PROTOBUF": setting])
        let reply = try await hearth.client.get("/metrics", headers: ["Accept": Self.protobuf])
        let isProtobuf = reply.header("Content-Type")?.hasPrefix("application/vnd.google.protobuf; proto=io.prometheus.client") == true
        #expect(isProtobuf == (setting != "off"))
    }

    @Test("The trace of a request is the example of its bucket, for hits too, if its caller records it")
    func exemplars() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        func ask(_ digit: String, flags: String) async throws {
            let trace = "00-" + String(repeating: digit, count: 32) + "-" + String(repeating: digit, count: 16) + "-" + flags
            #expect(try await hearth.ask("Do you sell gift cards?", headers: ["traceparent": trace]).status == 200)
        }
        try await ask("a", flags: "01")
        try await ask("b", flags: "01")
        try await ask("c", flags: "00")
        let lines = try await hearth.client.get("/metrics", headers: ["Accept": "application/openmetrics-text"]).text.split(separator: "\n")
        let traced = lines.filter { $0.contains("# {trace_id=") }
        #expect(traced.count == 2 && traced.allSatisfy { $0.hasPrefix("hearth_answer_duration_seconds_bucket{") })
        #expect(traced.contains { $0.contains(#"result="miss""#) && $0.contains(#"trace_id="aaaa"#) })
        #expect(traced.contains { $0.contains(#"result="hit""#) && $0.contains(#"trace_id="bbbb"#) && $0.contains(#"span_id="bbbb"#) })
    }

    @Test("More scrapes at once than the limit are turned away at once and counted, the others are whole, and callers get their answers")
    func tooMany() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "cache: {lookupDeadline: 5s}\nmetrics: {concurrentScrapes: 2}\n")
        _ = try await hearth.ask("Do you sell gift cards?")
        let replies = try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await hearth.client.get(
                        "/metrics", headers: ["Accept": number.isMultiple(of: 2) ? "text/plain" : "application/openmetrics-text"])
                }
            }
            for _ in 0..<5 { #expect(try await hearth.ask("Do you sell gift cards?").json["cached"].bool == true) }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let (whole, refused) = (replies.filter { $0.status == 200 }, replies.filter { $0.status == 503 })
        #expect(whole.count >= 2 && refused.count >= 1 && whole.count + refused.count == replies.count)
        for reply in whole { #expect(reply.text.contains("hearth_build_info{") && reply.text.hasSuffix("\n")) }
        for reply in refused {
            #expect(reply.header("Retry-After") == "1" && reply.json["error"].text == "overloaded")
            #expect(reply.json["message"].text?.contains("2 scrapes") == true)
        }
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "overloaded"]) == Double(refused.count))
    }

    @Test("The limit of descriptors is what holds now, and the room on the disk too")
    func limits() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let before = try await hearth.metrics()
        let pid = "\(hearth.program.processIdentifier)"
        let limit = try RunningProgram("/usr/bin/prlimit", ["--pid", pid, "--nofile=300:300"], folder: "/")
        #expect(try await limit.waitForEnd() == .init(status: 0), "\(limit.errors)")
        let ballast = stage.dataFolder + "/ballast"
        try Data(repeating: 1, count: 8 << 20).write(to: URL(filePath: ballast))
        let after = try await hearth.metrics()
        #expect(try #require(before.value("process_max_fds")) > 300)
        #expect(after.value("process_max_fds") == 300)
        let free = try #require(after.value("hearth_data_disk_free_bytes"))
        // Others write to the same disk.
        #expect(free != before.value("hearth_data_disk_free_bytes"))
        let size = try #require(after.value("hearth_data_disk_size_bytes"))
        #expect(size >= free && free > 0)
    }

    @Test("The first scrape after a start knows that the store is up and how far the statistics have come, also after a restart")
    func firstScrape() async throws {
        let stage = try await Stage()
        let settings = "cache:\n  lookupDeadline: 5s\njobs:\n  warm-cache:\n    enabled: false\n"
        let first = try await stage.start(settings: settings)
        var samples = try await first.metrics()
        #expect(samples.value("hearth_store_up", ["store": "sqlite"]) == 1)
        #expect(try #require(samples.value("hearth_aggregation_watermark_timestamp_seconds", ["resolution": "minute"])) > 1_700_000_000)
        #expect(samples.value("hearth_job_interval_seconds", ["job_name": "warm-cache"]) == 0, "a disabled job has no interval")
        #expect(try #require(samples.value("hearth_job_interval_seconds", ["job_name": "prune-cache"])) > 0)
        #expect(try await first.client.post("/api/v1/jobs/aggregate-statistics/run").status < 300)
        try await Deadline.until("the statistics are aggregated") {
            try await first.metrics().value("hearth_aggregation_watermark_timestamp_seconds", ["resolution": "hour"]) ?? 0 > 0
        }
        _ = try await first.terminate()
        let second = try await stage.start(settings: settings)
        samples = try await second.metrics()
        for resolution in ["minute", "hour", "day"] {
            let moment = try #require(samples.value("hearth_aggregation_watermark_timestamp_seconds", ["resolution": resolution]))
            #expect(moment > 1_700_000_000, "\(resolution)")
        }
    }

    @Test("In an outage of the provider the calls that are refused count as failed, and the breaker is half open when its time is over")
    func outage() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "gateway: {longestHold: 0s}\n")
        try await stage.provider.behave(#""status": 500"#)
        for number in 0..<9 { _ = try await hearth.ask("Do you repair umbrella number \(number)?") }
        let samples = try await hearth.metrics()
        let refused = samples.value("gen_ai_client_operation_duration_seconds_count", ["error_type": "breaker_open"])
        let failed = samples.value("gen_ai_client_operation_duration_seconds_count", ["error_type": "5xx"])
        #expect(refused == 4 && failed == 5)
        #expect(samples.value("hearth_upstream_breaker_state", ["state": "open"]) == 1)
        #expect(samples.value("hearth_upstream_breaker_state") == 1)
    }
}
