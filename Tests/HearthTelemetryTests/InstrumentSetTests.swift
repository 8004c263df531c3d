import Foundation
import HearthTelemetry
import Testing

struct InstrumentSetTests {
    private static func event(_ result: LookupResult, saved: Int64 = 0, cost: Int64 = 0, age: Duration? = nil) -> UsageEvent {
        UsageEvent(
            finishedAt: Timestamp(milliseconds: 0), result: result, language: .en, category: .hours,
            source: result.servedFromCache ? .memory : .upstream, duration: result.servedFromCache ? .milliseconds(2) : .milliseconds(803),
            upstreamDuration: result.servedFromCache ? .zero : .milliseconds(800), costMicroDollars: cost, savedMicroDollars: saved,
            entryAge: age)
    }

    @Test("One event becomes every number of an answer: 90 hits of 100 at $0.002 save $0.18")
    func usageEvents() {
        let registry = MetricRegistry()
        let cache = CacheInstruments(registry: registry)
        for index in 0..<100 {
            let event = index < 90 ? Self.event(.hit, saved: 2000, age: .seconds(5)) : Self.event(.miss, cost: 2000)
            cache.record(event, match: index < 90 ? .exact : .none)
        }
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples[#"hearth_cache_requests_total{result="hit",match="exact"}"#] == "90")
        #expect(samples[#"hearth_cache_requests_total{result="miss",match="none"}"#] == "10")
        #expect(samples[#"hearth_answer_duration_seconds_count{result="hit"}"#] == "90")
        #expect(samples[#"hearth_answer_duration_seconds_bucket{result="miss",le="0.75"}"#] == "0")
        #expect(samples[#"hearth_answer_duration_seconds_bucket{result="miss",le="1.0"}"#] == "10")
        #expect(samples[#"hearth_overhead_duration_seconds_bucket{le="0.005"}"#] == "100")
        #expect(samples["hearth_cache_entry_age_seconds_count"] == "90")
        #expect(samples[#"hearth_saved_usd_total{category="hours"}"#] == "0.18")
        #expect(samples[#"hearth_cost_usd_total{purpose="client"}"#] == "0.02")
    }

    @Test("Exactly the seven legal pairs of result and match exist, and illegal ones count as legal ones")
    func legalPairs() {
        let registry = MetricRegistry()
        let cache = CacheInstruments(registry: registry)
        for result in LookupResult.allCases {
            for match in Match.allCases { cache.record(Self.event(result), match: match) }
        }
        let pairs = Exposition(registry.render(.text)).samples.filter { $0.key.hasPrefix("hearth_cache_requests_total") }
        #expect(pairs.count == 7)
        #expect(pairs[#"hearth_cache_requests_total{result="hit",match="exact"}"#] == "2")
        #expect(pairs[#"hearth_cache_requests_total{result="error",match="none"}"#] == "3")
    }

    @Test("Amounts below zero are counted as conflicts and move nothing")
    func negativeMoney() {
        let registry = MetricRegistry()
        CacheInstruments(registry: registry).record(Self.event(.hit, saved: -5, cost: -5))
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples[#"hearth_metrics_conflicts_total{kind="negative"}"#] == "2")
        #expect(samples[#"hearth_saved_usd_total{category="hours"}"#] == "0")
    }

    @Test("Label sets of stores that are not used are not exposed")
    func unusedStores() {
        let registry = MetricRegistry()
        let cache = CacheInstruments(registry: registry, stores: [.memory])
        cache.insertions(store: .redis, .stored).increment()
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples[#"hearth_cache_entries{store="memory"}"#] == "0")
        #expect(!samples.keys.contains { $0.contains("redis") })
    }

    @Test("Nothing is exposed of a family that no instrument set has made")
    func onlyWhatIsMade() {
        let exposed = Set(Exposition(FullRegistry.make().render(.text)).families)
        let catalogue = Set(MetricCatalogue.all.map(\.name))
        #expect(exposed.isSubset(of: catalogue))
        for missing in ["hearth_cache_similarity_ratio", "hearth_scheduler_clock_skew_seconds"] {
            #expect(!exposed.contains(missing))
        }
    }

    @Test("A model that is not configured counts as other, and a failure has its type")
    func upstream() {
        let registry = MetricRegistry()
        let upstream = UpstreamInstruments(registry: registry, provider: "openai", models: ["small", "large", "small"])
        upstream.recordCall(model: "small", duration: .milliseconds(500))
        upstream.recordCall(model: "unheard-of", duration: .seconds(1), failure: .rateLimited)
        upstream.recordTokens(model: "large", input: 100, output: -3)
        upstream.setBreaker(.open)
        let samples = Exposition(registry.render(.text)).samples
        let call = #"gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",gen_ai_provider_name="openai","#
        #expect(samples[call + #"gen_ai_request_model="small",error_type=""}"#] == "1")
        #expect(samples[call + #"gen_ai_request_model="other",error_type="rate_limited"}"#] == "1")
        #expect(samples[call + #"gen_ai_request_model="large",error_type="timeout"}"#] == "0")
        let tokens =
            #"gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="large","#
        #expect(samples[tokens + #"gen_ai_token_type="input"}"#] == "100")
        #expect(samples[tokens + #"gen_ai_token_type="output"}"#] == "0")
        let states = samples.filter { $0.key.hasPrefix("hearth_upstream_breaker_state") && $0.value == "1" }
        #expect(states.keys.allSatisfy { $0.contains(#"state="open""#) } && states.count == 1)
    }

    @Test("With many models failures are exposed from their first on, so that the budget holds")
    func manyModels() {
        let registry = MetricRegistry()
        let upstream = UpstreamInstruments(registry: registry, provider: "p", models: (0..<8).map { "m\($0)" })
        func count() -> Int {
            Exposition(registry.render(.text)).samples.keys.filter { $0.hasPrefix("gen_ai_client_operation_duration_seconds_count") }.count
        }
        #expect(count() == 9)
        upstream.recordCall(model: "m1", duration: .seconds(1), failure: .network)
        #expect(count() == 10)
    }

    @Test("Jobs can be made known later, and one that is not known counts as other")
    func jobs() {
        let registry = MetricRegistry()
        let jobs = JobInstruments(registry: registry, jobs: ["first"], maximumJobs: 2)
        jobs.add("second").interval.set(.seconds(300))
        jobs.add("third").runs(.failure).increment()
        jobs.job("fourth").skips(.overlap).increment()
        jobs.job("first").recordRun(.success, duration: .seconds(2), at: Timestamp(milliseconds: 1_763_838_000_500))
        jobs.job("first").recordRun(.failure, duration: .seconds(2), at: Timestamp(milliseconds: 1_763_838_060_500))
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples[#"hearth_job_interval_seconds{job_name="second"}"#] == "300")
        #expect(samples[#"hearth_job_runs_total{job_name="other",outcome="failure"}"#] == "1")
        #expect(samples[#"hearth_job_skips_total{job_name="other",reason="overlap"}"#] == "1")
        #expect(samples[#"hearth_job_last_success_timestamp_seconds{job_name="first"}"#] == "1763838000.5")
        #expect(samples[#"hearth_job_last_completion_timestamp_seconds{job_name="first"}"#] == "1763838060.5")
        #expect(!samples.keys.contains { $0.contains("third") || $0.contains("fourth") })
    }

    @Test("An HTTP request is counted by method, template and status; what is not known has a place too")
    func http() {
        let registry = MetricRegistry()
        let http = HTTPInstruments(registry: registry, routes: [.init(.post, "/api/v1/cache/query")])
        let query = http.template("/api/v1/cache/query")
        http.record(.post, query, status: 200, duration: .milliseconds(1))
        http.record(.post, query, status: 200, duration: .milliseconds(1))
        http.record(.init("BREW"), http.template("/nowhere"), status: 418, duration: .milliseconds(1))
        http.record(.get, http.template(nil), status: -7, duration: .milliseconds(1))
        let samples = Exposition(registry.render(.text)).samples
        func count(_ method: String, _ route: String, _ status: String) -> String? {
            samples[
                "http_server_request_duration_seconds_count{http_request_method=\"\(method)\",http_route=\"\(route)\","
                    + "http_response_status_code=\"\(status)\"}"]
        }
        #expect(count("POST", "/api/v1/cache/query", "200") == "2")
        #expect(count("POST", "/api/v1/cache/query", "500") == "0")
        #expect(count("_OTHER", "unmatched", "other") == "1")
        #expect(count("GET", "unmatched", "other") == "1")
    }

    @Test("First uses of the same route from many threads are counted once each")
    func httpConcurrency() async {
        let registry = MetricRegistry()
        let http = HTTPInstruments(registry: registry, routes: [.init(.get, "/metrics")])
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for status in [200, 301, 404, 500, 503] {
                        http.record(.get, http.template("/metrics"), status: status, duration: .zero)
                    }
                }
            }
        }
        let counts = Exposition(registry.render(.text)).samples.filter { $0.key.hasPrefix("http_server_request_duration_seconds_count") }
        #expect(counts.count == 5)
        #expect(counts.values.allSatisfy { $0 == "8" })
    }

    @Test("The process metrics of this process make sense")
    func process() throws {
        let registry = MetricRegistry()
        ProcessCollector(registry: registry)
        let samples = Exposition(registry.render(.text)).samples
        func value(_ name: String) throws -> Double { try #require(samples[name].flatMap { Double($0) }, "\(name)") }
        let descriptors = try value("process_open_fds")
        #expect(descriptors >= 3)
        #expect(try value("process_max_fds") >= descriptors)
        #expect(try value("process_resident_memory_bytes") > 1_048_576)
        #expect(try value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"))
        #expect(try value("process_threads") >= 1)
        #expect(try value("process_cpu_seconds_total") > 0)
        let now = Double(SystemTimeSource().now().milliseconds) / 1000
        let start = try value("process_start_time_seconds")
        #expect(start <= now && start > now - 3600)
    }

    @Test("Without procfs no process metric is exposed, and the scrape works")
    func noProcfs() {
        let registry = MetricRegistry()
        ProcessCollector(registry: registry, root: "/nonexistent")
        #expect(!Exposition(registry.render(.text)).samples.keys.contains { $0.hasPrefix("process_") })
    }

    @Test("The limits of the process are read at every scrape, since they can be changed")
    func changedLimits() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "hearth-procfs-\(UInt64.random(in: 0 ..< .max))")
        defer { try? FileManager.default.removeItem(at: root) }
        try FileManager.default.createDirectory(at: root.appending(path: "self"), withIntermediateDirectories: true)
        func allow(_ files: String) throws {
            let text =
                "Limit                     Soft Limit           Hard Limit           Units\n"
                + "Max open files            \(files)                 4096                 files\n"
                + "Max address space         unlimited            unlimited            bytes\n"
            try Data(text.utf8).write(to: root.appending(path: "self/limits"))
        }
        let registry = MetricRegistry()
        try allow("1024")
        ProcessCollector(registry: registry, root: root.path())
        #expect(Exposition(registry.render(.text)).samples["process_max_fds"] == "1024")
        #expect(Exposition(registry.render(.text)).samples["process_virtual_memory_max_bytes"] == "+Inf")
        try allow("300")
        #expect(Exposition(registry.render(.text)).samples["process_max_fds"] == "300")
    }

    @Test("The build is exposed as infos")
    func build() {
        let registry = MetricRegistry()
        BuildInfo(version: "0.1.0", revision: "abc").register(in: registry)
        let exposition = Exposition(registry.render(.openMetrics))
        #expect(exposition.samples.keys.contains { $0.hasPrefix(#"hearth_build_info{version="0.1.0",revision="abc",swift_version="#) })
        #expect(exposition.lines.contains("# TYPE swift info"))
    }
}
