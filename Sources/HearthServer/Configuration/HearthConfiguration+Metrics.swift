extension HearthConfiguration {
    /// How metrics are exposed.
    package struct Metrics: Sendable {
        package var protobuf: Protobuf
        /// Answers to `/metrics` that are written at the same time.
        package var concurrentScrapes: Int

        /// What a scraper that asks for protobuf gets.
        package enum Protobuf: String, CaseIterable, Sendable {
            /// A text: Prometheus 2 reads protobuf with other eyes, so that nobody gets it unasked.
            case off
            /// The same series as the texts have.
            case classic
            /// Histograms with exponential ranges in addition. A Prometheus that keeps native histograms drops the classic buckets then, and
            /// with them every rule and panel that looks at `_bucket`, unless `scrape_classic_histograms` is set.
            case native
        }

        init(reading reader: inout SettingReader) {
            protobuf = reader.value(MetricsSettings.protobuf)
            concurrentScrapes = reader.value(MetricsSettings.concurrentScrapes)
        }
    }
}

enum MetricsSettings {
    static let protobuf = Setting<HearthConfiguration.Metrics.Protobuf>.choice(
        SettingPlace("metrics.protobuf", variable: "HEARTH_METRICS_PROTOBUF"), .off,
        "Whether scrapers that ask for it get protobuf; native adds native histograms, which rules and dashboards do not use")
    static let concurrentScrapes = Setting<Int>.integer(
        "metrics.concurrentScrapes", 4, in: 1...100, "Scrapes that are answered at the same time; more get 503")

    static let all = [protobuf.description, concurrentScrapes.description]
}
