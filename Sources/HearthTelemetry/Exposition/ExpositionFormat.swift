/// How metrics are written for one scrape.
package struct ExpositionFormat: Sendable, Equatable {
    package enum Syntax: Int, MetricLabel {
        case text
        case openMetrics
        case protobuf

        package static let labelValues = ["text", "openmetrics", "protobuf"]
    }

    /// How names outside the classic alphabet would be written; all of Hearth's are inside, so that every scheme is the identity.
    package enum Escaping: String, CaseIterable, Sendable {
        case allowUTF8 = "allow-utf-8"
        case underscores
        case dots
        case values
    }

    package let syntax: Syntax
    /// Said in the answer where the request named a scheme.
    package let escaping: Escaping?

    package init(syntax: Syntax, escaping: Escaping? = nil) {
        self.syntax = syntax
        self.escaping = escaping
    }

    /// Text 0.0.4: for people, for `promtool`, and for whoever asks for nothing that is known here.
    package static let text = ExpositionFormat(syntax: .text)
    package static let openMetrics = ExpositionFormat(syntax: .openMetrics)
    /// Messages of `io.prometheus.client`, each with its length in front: the only way to native histograms in Prometheus 2.
    package static let protobuf = ExpositionFormat(syntax: .protobuf)

    /// The value of the `Content-Type` header; Prometheus 3 refuses a scrape without a valid one.
    package var contentType: String {
        switch (syntax, escaping) {
        case (.text, nil): "text/plain; version=0.0.4; charset=utf-8"
        case (.text, .some(let escaping)): "text/plain; version=1.0.0; charset=utf-8; escaping=\(escaping.rawValue)"
        case (.openMetrics, nil): "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case (.openMetrics, .some(let escaping)):
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=\(escaping.rawValue)"
        case (.protobuf, nil): Self.protobufType
        case (.protobuf, .some(let escaping)): Self.protobufType + "; escaping=\(escaping.rawValue)"
        }
    }

    private static let protobufType =
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
}
