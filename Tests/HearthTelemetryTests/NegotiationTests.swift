import HearthTelemetry
import Testing

struct NegotiationTests {
    private static let text = "text/plain; version=0.0.4; charset=utf-8"
    private static let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    @Test(
        "The best acceptable format is answered, with one content type",
        arguments: [
            (nil, text), ("", text), ("*/*", text), ("text/html,application/xhtml+xml,*/*;q=0.8", text), ("application/json", text),
            ("text/plain", text), ("text/plain;version=0.0.4", text), ("application/openmetrics-text", openMetrics),
            ("application/openmetrics-text; version=1.0.0; charset=utf-8", openMetrics),
            // Prometheus 2.42
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", openMetrics
            ),
            // Prometheus 3
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                    + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                openMetrics + "; escaping=allow-utf-8"
            ),
            // Prometheus asked for protobuf first, which is not offered
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                    + "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5", openMetrics
            ),
            ("application/openmetrics-text;q=0.2,text/plain;q=0.9", text), ("application/openmetrics-text;q=0,text/plain;q=0.1", text),
            ("application/openmetrics-text;q=0", text), ("application/openmetrics-text;version=0.0.1", text),
            ("text/plain,application/openmetrics-text", openMetrics), ("APPLICATION/OPENMETRICS-TEXT ; VERSION=1.0.0", openMetrics),
            ("application/openmetrics-text;version=\"1.0.0\"", openMetrics), ("application/openmetrics-text;q=2", text),
            ("application/openmetrics-text;q=nan", text), ("application/openmetrics-text;q=x,text/plain", text),
            ("application/openmetrics-text;escaping=dots", openMetrics + "; escaping=dots"),
            ("application/openmetrics-text;escaping=surprise", openMetrics + "; escaping=underscores"),
            ("text/plain;version=1.0.0", "text/plain; version=1.0.0; charset=utf-8; escaping=underscores"),
            ("text/plain;version=1.0.0;escaping=values", "text/plain; version=1.0.0; charset=utf-8; escaping=values"),
            (";;;===,,,", text), (String(repeating: "application/openmetrics-text,", count: 1000), text),
        ] as [(String?, String)])
    func contentType(accept: String?, expected: String) {
        #expect(ExpositionFormat.negotiate(accept: accept).contentType == expected)
    }

    private static let messages = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

    @Test(
        "Protobuf is answered to those who ask for our messages, where it is offered",
        arguments: [
            // Prometheus 2.42 with native histograms
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                    + "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", messages
            ),
            // Prometheus 3
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8;q=0.6,"
                    + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5", messages + "; escaping=allow-utf-8"
            ),
            ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text", text),
            ("application/vnd.google.protobuf;proto=somebody.Else;encoding=delimited", text), ("application/vnd.google.protobuf", text),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.2,text/plain;q=0.3", text
            ),
            ("*/*", text), ("application/openmetrics-text", openMetrics),
        ] as [(String?, String)])
    func protobuf(accept: String?, expected: String) {
        #expect(ExpositionFormat.negotiate(accept: accept, offersProtobuf: true).contentType == expected)
    }
}
