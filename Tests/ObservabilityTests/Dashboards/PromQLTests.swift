import Testing

@Suite("What the lint understands of PromQL")
struct PromQLTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var query: String
        var labels: Set<String>
        var quantity: Quantity
        var testDescription: String { query }

        init(_ query: String, _ labels: Set<String>, _ quantity: Quantity) {
            self.query = query
            self.labels = labels
            self.quantity = quantity
        }
    }

    static let cases = [
        Case("sum by (result) (rate(hearth_cache_requests_total[5m]))", ["result"], .perSecond(.count)),
        Case("sum(rate(hearth_cache_requests_total[5m])) by (result, match)", ["result", "match"], .perSecond(.count)),
        Case("sum without (instance) (hearth_cache_entries)", ["job", "store"], .count),
        Case("rate(process_cpu_seconds_total[5m])", ["job", "instance"], .perSecond(.seconds)),
        Case("time() - (process_start_time_seconds > 0)", ["job", "instance"], .seconds),
        Case("histogram_quantile(0.95, sum by (le, stage) (rate(hearth_cache_lookup_duration_seconds_bucket[5m])))", ["stage"], .seconds),
        Case("histogram_quantile(0.5, sum by (le) (rate(gen_ai_client_token_usage_bucket[5m])))", [], .tokens),
        Case("sum(rate(gen_ai_client_token_usage_sum[5m])) / sum(rate(gen_ai_client_token_usage_count[5m]))", [], .tokens),
        Case("process_open_fds / (process_max_fds > 0)", ["job", "instance"], .ratio),
        Case("sum by (store) (hearth_cache_size_bytes) / on (store) sum by (store, job) (hearth_cache_capacity_bytes)", ["store"], .ratio),
        Case("1 - (1 - hearth_cache_size_bytes / hearth_cache_capacity_bytes) / 0.01", ["job", "instance", "store"], .ratio),
        Case(
            "sum by (job, store) (hearth_cache_entries) / ignoring (store) group_left () sum by (job) (hearth_cache_entries)",
            ["job", "store"], .ratio),
        Case("count(ALERTS) or vector(0)", [], .count),
        Case("sum(hearth_cache_entries)  # all stores\n  > 1  # any", [], .count),
        Case("2 * hearth_job_interval_seconds + 300", ["job", "instance", "job_name"], .seconds),
        Case("job:hearth_answer_slow_per_requests:ratio_rate5m offset 1d", ["job"], .ratio),
        Case("job_result:hearth_answer_duration_seconds:p95_rate5m{result=\"hit\"} > bool 0.2", ["job", "result"], .count),
        Case("-sum(increase(hearth_saved_usd_total[1h])) * 1e-3", [], .dollars),
    ]

    @Test("Labels that are left, and what the numbers measure", arguments: cases)
    func meaning(one: Case) throws {
        let query = try PromQLParser.parse(one.query)
        #expect(query.labels() == one.labels)
        #expect(try query.quantity() == one.quantity)
    }

    @Test(
        "What makes no sense is a fault",
        arguments: [
            "hearth_cache_size_bytes + hearth_job_interval_seconds", "time() + process_start_time_seconds",
            "histogram_quantile(0.95, hearth_answer_duration_seconds_bucket)", "time() > hearth_job_interval_seconds", "hearth_unknown",
        ])
    func nonsense(query: String) throws {
        let parsed = try PromQLParser.parse(query)
        #expect(throws: (any Error).self) { try parsed.quantity() }
    }

    @Test(
        "What is no query cannot be read",
        arguments: ["", "sum(", "up{job=}", "up{job=\"x}", "up[5m", "up up", "rate(up[5m:1m])", "sum by (job (up)", "up ? 1", "5x5"])
    func unreadable(query: String) {
        #expect(throws: (any Error).self) { try PromQLParser.parse(query) }
    }

    @Test("Precedence and direction are those of Prometheus")
    func precedence() throws {
        #expect(try PromQLParser.parse("1 - 2 - 3").constant == -4)
        #expect(try PromQLParser.parse("1 + 2 * 3 / 4").constant == 2.5)
        #expect(try PromQLParser.parse("(1 + 2) * 3").constant == 9)
        #expect(try PromQLParser.parse("14.4 * 0.01").constant == 14.4 * 0.01)
        let query = try PromQLParser.parse("up == 1 and up or up unless up")
        guard case .binary("or", .binary("and", _, _, _), .binary("unless", _, _, _), _) = query else {
            Issue.record("\(query)")
            return
        }
    }
}
