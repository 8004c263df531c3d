import Foundation
package import HearthDrivers

extension HearthConfiguration {
    /// Where traces go, and how many.
    package struct Tracing: Sendable {
        /// The address of a collector that speaks OTLP over HTTP; nil: no traces are made.
        package var endpoint: Secret?
        /// Sent with every export, such as the collector's key; as ``OTLPHeaderList`` reads it.
        package var headers: Secret?
        package var serviceName: String
        /// Of the traces that begin here; those that callers have begun follow the caller's decision.
        package var share: Double
        package var queueLength: Int
        package var exportInterval: Duration

        init(reading reader: inout SettingReader) {
            endpoint = reader.value(TracingSettings.endpoint)
            headers = reader.value(TracingSettings.headers)
            serviceName = reader.value(TracingSettings.serviceName)
            share = reader.value(TracingSettings.share)
            queueLength = reader.value(TracingSettings.queueLength)
            exportInterval = reader.value(TracingSettings.exportInterval)
        }
    }
}

enum TracingSettings {
    static let endpoint = Setting<Secret?>.secretURL(
        SettingPlace("tracing.endpoint", variable: "OTEL_EXPORTER_OTLP_ENDPOINT"), schemes: ["http", "https"],
        example: "http://collector:4318", "Collector that traces are sent to, by OTLP over HTTP; unset: no traces are made")
    static let headers = Setting<Secret?>.secret(
        SettingPlace("tracing.headers", variable: "OTEL_EXPORTER_OTLP_HEADERS"),
        allowed: "name=value, separated by commas, with percent-encoded values", accepts: { OTLPHeaderList.parse($0) != nil },
        "Headers that the collector asks for, such as a key")
    static let serviceName = Setting<String>.text(
        SettingPlace("tracing.serviceName", variable: "OTEL_SERVICE_NAME"), "hearth", "Name of this service in traces")
    static let share = Setting<Double>.share(
        SettingPlace("tracing.share", variable: "HEARTH_TRACE_SHARE"), 0.1,
        "Share of the traces that begin here which are recorded; a caller's decision about its own trace is followed")
    static let queueLength = Setting<Int>.integer(
        "tracing.queueLength", 2048, in: 16...1_000_000, "Spans that may wait to be sent; beyond it they are dropped and counted")
    static let exportInterval = Setting<Duration>.duration(
        "tracing.exportInterval", .seconds(5), in: .milliseconds(100) ... .seconds(300),
        "How long a span waits at most before it is sent")

    static let all = [
        endpoint.description, headers.description, serviceName.description, share.description, queueLength.description,
        exportInterval.description,
    ]
}

/// The text form of the headers as OpenTelemetry's variable has it: `name=value,name=value` with percent-encoded values.
enum OTLPHeaderList {
    private static let ours: Set<String> = ["content-type", "content-length", "content-encoding", "host", "transfer-encoding"]

    /// Nil if a name is no token, occurs twice or is one that the exporter sets, if a value cannot be in a header, or if there is none.
    static func parse(_ text: String) -> [HTTPClientRequest.Header]? {
        var headers: [HTTPClientRequest.Header] = []
        var names = ours
        for item in text.split(separator: ",") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let value = SettingText.trimmed(pair[1]).removingPercentEncoding else { return nil }
            let name = SettingText.trimmed(pair[0])
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte), value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
                names.insert(name.lowercased()).inserted, headers.count < 32
            else { return nil }
            headers.append(.init(name, value))
        }
        return headers.isEmpty ? nil : headers
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
