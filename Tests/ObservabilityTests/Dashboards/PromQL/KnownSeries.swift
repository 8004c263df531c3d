import HearthTelemetry

/// A series that Prometheus has of Hearth: of a family of the catalogue, recorded by a rule, or made by Prometheus itself.
struct KnownSeries: Sendable {
    enum Origin: Sendable {
        case family(MetricDescriptor, Part)
        case record(Quantity)
        /// `ALERTS` and `up`.
        case prometheus
    }

    enum Part: String, CaseIterable, Sendable {
        case value = ""
        case bucket = "_bucket"
        case sum = "_sum"
        case count = "_count"
    }

    var name: String
    var origin: Origin
    /// With those that Prometheus adds.
    var labels: Set<String>

    static func named(_ name: String) -> KnownSeries? { all[name] ?? record(name) }

    /// Those that a selector means: one by its name, or several by a choice of names.
    static func meant(by selector: PromQL.Selector) -> [(name: String, series: KnownSeries?)] {
        guard selector.name.isEmpty else { return [(selector.name, named(selector.name))] }
        let choice = selector.matchers.first { $0.label == "__name__" && ["=", "=~"].contains($0.comparison) }?.value ?? ""
        return choice.split(separator: "|", omittingEmptySubsequences: false).map { (String($0), named(String($0))) }
    }

    /// Whether it only grows, so that nothing but its rate or increase says anything.
    var isCounter: Bool {
        switch origin {
        case .family(let family, let part): family.kind == .counter || part != .value
        case .record, .prometheus: false
        }
    }

    var quantity: Quantity {
        switch origin {
        case .prometheus: .count
        case .record(let quantity): quantity
        case .family(let family, .value): Quantity(of: family)
        case .family(let family, .sum): Quantity(of: family)
        case .family(_, .count): .count
        case .family(let family, .bucket): .buckets(Quantity(of: family))
        }
    }

    /// Whether it is a quotient or a quantile, which no sum and no mean of is anything.
    var isQuotient: Bool {
        switch origin {
        case .family(let family, .value): family.unit == .ratio
        case .family, .prometheus: false
        case .record: name.contains("ratio_") || name.contains("wilson_") || name.contains(":p95_")
        }
    }

    private static let all: [String: KnownSeries] = {
        var all: [String: KnownSeries] = [
            "ALERTS": KnownSeries(
                name: "ALERTS", origin: .prometheus, labels: ["alertname", "alertstate", "severity", "service", "job", "instance"]),
            "up": KnownSeries(name: "up", origin: .prometheus, labels: ["job", "instance"]),
        ]
        for family in MetricCatalogue.all {
            let labels = Set(family.labels.map(\.name)).union(["job", "instance"])
            for part in Part.allCases where (part == .value) != (family.kind == .histogram) {
                all[family.name + part.rawValue] = KnownSeries(
                    name: family.name + part.rawValue, origin: .family(family, part),
                    labels: part == .bucket ? labels.union(["le"]) : labels)
            }
        }
        return all
    }()

    /// The records that dashboards may use, by the quantity that each is.
    static let records: [String: Quantity] = [
        "job_result:hearth_cache_requests:rate5m": .perSecond(.count),
        "job:hearth_cache_requests:increase10m": .count,
        "job:hearth_cache_hits:increase10m": .count,
        "job:hearth_cache_hits_per_cache_requests:ratio_increase10m": .ratio,
        "job:hearth_cache_requests:increase1h": .count,
        "job:hearth_cache_hits_per_cache_requests:ratio_increase1h": .ratio,
        "job_result_le:hearth_answer_duration_seconds_bucket:rate5m": .perSecond(.buckets(.seconds)),
        "job_result:hearth_answer_duration_seconds:p95_rate5m": .seconds,
        "job:hearth_answer_slow_per_requests:ratio_rate5m": .ratio,
        "job:hearth_answer_slow_per_requests:ratio_rate30m": .ratio,
        "job:hearth_answer_slow_per_requests:ratio_rate1h": .ratio,
        "job:hearth_answer_slow_per_requests:ratio_rate6h": .ratio,
        "job_http_route:http_server_request_duration_seconds_count:rate5m": .perSecond(.count),
        "job_gen_ai_request_model:gen_ai_client_operation_duration_seconds_count:rate5m": .perSecond(.count),
        "job:hearth_cache_hits_per_cache_requests:wilson_upper95_increase10m": .ratio,
    ]

    /// Its labels are those that its name begins with.
    private static func record(_ name: String) -> KnownSeries? {
        guard let quantity = records[name] else { return nil }
        var level = name.prefix { $0 != ":" }
        var labels: Set<String> = []
        for label in ["gen_ai_request_model", "http_route", "result", "job", "le"] {
            guard let found = level.firstRange(of: label) else { continue }
            labels.insert(label)
            level.removeSubrange(found)
        }
        return KnownSeries(name: name, origin: .record(quantity), labels: labels)
    }
}
