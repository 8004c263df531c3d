import Foundation
import HearthTelemetry
import Testing

struct CatalogueTests {
    @Test("Names follow the rules", arguments: MetricCatalogue.all)
    func names(family: MetricDescriptor) {
        let name = family.name
        let prefixes = ["hearth_", "process_", "http_server_", "gen_ai_client_"]
        #expect(name == "swift_info" || prefixes.contains { name.hasPrefix($0) })
        #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" })
        #expect((family.kind == .counter) == name.hasSuffix("_total"))
        #expect((family.kind == .info) == name.hasSuffix("_info"))
        #expect((family.kind == .histogram) == !family.buckets.values.isEmpty)
        for unit in ["milliseconds", "_ms", "minutes", "percent", "kilobytes", "megabytes", "microdollars"] {
            #expect(!name.contains(unit))
        }
    }

    @Test("The unit ends the name, except where a standard name says otherwise", arguments: MetricCatalogue.all)
    func units(family: MetricDescriptor) {
        let exceptions = [
            "gen_ai_client_token_usage", "process_virtual_memory_max_bytes", "process_network_receive_bytes_total",
            "process_network_transmit_bytes_total",
        ]
        let base = family.openMetricsName
        if family.unit != .none, !exceptions.contains(family.name) { #expect(base.hasSuffix("_" + family.unit.rawValue)) }
        for unit in ["seconds", "bytes", "ratio", "usd"] where base.hasSuffix("_" + unit) { #expect(family.unit.rawValue == unit) }
    }

    @Test("Label names are none that Prometheus gives a meaning", arguments: MetricCatalogue.all)
    func labels(family: MetricDescriptor) {
        for label in family.labels {
            #expect(!["job", "instance", "type", "le", "quantile"].contains(label.name))
            #expect(!label.name.hasPrefix("_"))
            #expect(MetricName.isLabelName(label.name))
            if case .closed(let values) = label.values {
                #expect(!values.isEmpty && Set(values).count == values.count)
            }
        }
    }

    @Test("Every help is one sentence", arguments: MetricCatalogue.all)
    func help(family: MetricDescriptor) {
        #expect(family.help.count > 10 && family.help.hasSuffix(".") && !family.help.contains("\n"))
    }

    @Test("No two families have the same name, in either format")
    func unique() {
        #expect(Set(MetricCatalogue.all.map(\.name)).count == MetricCatalogue.all.count)
        #expect(Set(MetricCatalogue.all.map(\.openMetricsName)).count == MetricCatalogue.all.count)
    }

    @Test("The whole catalogue fits into the budget of series")
    func budget() {
        let lines = MetricCatalogue.all.reduce(0) { $0 + $1.maximumLines }
        #expect(lines < 8000, "\(lines)")
        print("catalogue: \(MetricCatalogue.all.count) families, \(lines) lines at most")
    }

    @Test("Closed labels have as many values as their type has cases")
    func closedLabels() {
        func check<Label: MetricLabel>(_ type: Label.Type) {
            #expect(Label.labelValues.count == Label.allCases.count)
            #expect(Label.allCases.map(\.index) == Array(0..<Label.allCases.count))
        }
        check(LookupResult.self)
        check(ResponseCategory.self)
        check(Match.self)
        check(LookupStage.self)
        check(StoreName.self)
        check(CallPurpose.self)
        check(TokenType.self)
        check(WriteSkipReason.self)
        check(WriteDropReason.self)
        check(IntegrityFailure.self)
        check(MetricConflict.self)
        check(ExpositionFormat.Syntax.self)
        check(CacheInstruments.InsertionOutcome.self)
        check(TraceInstruments.Outcome.self)
        check(CacheInstruments.EvictionReason.self)
        check(CacheInstruments.InvalidationScope.self)
        check(CacheInstruments.InvalidationOutcome.self)
        check(CacheInstruments.CoalescingOutcome.self)
        check(ShadowInstruments.Verdict.self)
        check(ShadowInstruments.SkipReason.self)
        check(UpstreamInstruments.Failure.self)
        check(UpstreamInstruments.RetryReason.self)
        check(UpstreamInstruments.BreakerState.self)
        check(JobInstruments.Outcome.self)
        check(JobInstruments.SkipReason.self)
        check(JobInstruments.ClockStep.self)
        check(JobInstruments.JobState.self)
        check(AggregationInstruments.Stage.self)
        check(AggregationInstruments.Resolution.self)
        check(StoreInstruments.Operation.self)
        check(StoreInstruments.Outcome.self)
        check(StoreInstruments.ConnectionState.self)
        check(HTTPInstruments.Method.self)
        check(HTTPInstruments.Rejection.self)
    }

    @Test("The catalogue as JSON parses and has every family; as Markdown it has a row for each")
    func rendering() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(MetricCatalogue.json()))
        let objects = try #require(parsed as? [[String: Any]])
        #expect(objects.compactMap { $0["name"] as? String } == MetricCatalogue.all.map(\.name))
        let rows = MetricCatalogue.markdown().split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == MetricCatalogue.all.count)
    }
}
