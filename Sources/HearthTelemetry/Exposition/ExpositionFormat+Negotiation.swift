extension ExpositionFormat {
    /// An `Accept` header longer than this is not read; Prometheus' own are about 300 bytes long.
    private static let longestAccept = 4096

    /// Chooses the format of an answer by the request's `Accept` header.
    ///
    /// The range with the highest quality wins, the richer format where two are equal. What is unknown, malformed or absent leads to
    /// text 0.0.4. Where the chosen range names an `escaping`, the answer names one too: the same where it is known, else `underscores`.
    ///
    /// - Parameter offersProtobuf: whether it may be chosen at all.
    package static func negotiate(accept: String?, offersProtobuf: Bool = false) -> ExpositionFormat {
        guard let accept, accept.utf8.count <= longestAccept else { return .text }
        var best: (quality: Int, preference: Int, format: ExpositionFormat)?
        for range in accept.split(separator: ",") {
            guard let candidate = candidate(range), candidate.quality > 0, offersProtobuf || candidate.format.syntax != .protobuf
            else { continue }
            if let current = best, (current.quality, current.preference) >= (candidate.quality, candidate.preference) { continue }
            best = candidate
        }
        return best?.format ?? .text
    }

    /// Reads one media range: its quality in thousandths, how rich the format is, and the format; nil for what cannot be answered.
    private static func candidate(_ range: Substring) -> (quality: Int, preference: Int, format: ExpositionFormat)? {
        let parts = range.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(trimmed)
            guard pair.count == 2 else { continue }
            parameters[pair[0].lowercased()] = pair[1].trimmingQuotes().lowercased()
        }
        guard let quality = QualityValue.thousandths(parameters["q"]) else { return nil }
        let escaping = parameters["escaping"].map { Escaping(rawValue: $0) ?? .underscores }
        switch ((parts.first ?? "").lowercased(), parameters["version"]) {
        case ("application/vnd.google.protobuf", _) where isMetricFamily(parameters):
            return (quality, 4, ExpositionFormat(syntax: .protobuf, escaping: escaping))
        case ("application/openmetrics-text", nil), ("application/openmetrics-text", "1.0.0"):
            return (quality, 3, ExpositionFormat(syntax: .openMetrics, escaping: escaping))
        case ("text/plain", "1.0.0"):
            return (quality, 2, ExpositionFormat(syntax: .text, escaping: escaping ?? .underscores))
        case ("text/plain", nil), ("text/plain", "0.0.4"):
            return (quality, 1, .text)
        case ("text/*", _), ("*/*", _):
            return (quality, 0, .text)
        default:
            return nil
        }
    }

    /// Whether the range is about our messages in the only encoding there is a writer for.
    private static func isMetricFamily(_ parameters: [String: String]) -> Bool {
        // Parameters are compared in lower case.
        parameters["proto"] == "io.prometheus.client.metricfamily" && parameters["encoding"] == "delimited"
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { start[...$0] } ?? ""
    }
}

extension Substring {
    fileprivate func trimmingQuotes() -> Substring {
        count >= 2 && first == "\"" && last == "\"" ? dropFirst().dropLast() : self
    }
}
