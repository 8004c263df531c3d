import HearthTelemetry

/// The coding of an answer's body, by the request's `Accept-Encoding`: RFC 9110, 12.5.3.
enum AcceptedCoding: Equatable {
    case identity
    case gzip

    /// A longer header is not read.
    private static let longestHeader = 1024

    /// gzip where the caller takes it and does not like plain bytes better.
    init(acceptEncoding: String?) {
        self = .identity
        guard let acceptEncoding, acceptEncoding.utf8.count <= Self.longestHeader else { return }
        var qualities: [String: Int] = [:]
        for item in acceptEncoding.split(separator: ",") {
            let parts = item.split(separator: ";").map { SettingText.trimmed($0) }
            guard let name = parts.first?.lowercased() else { continue }
            let weight = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }.map { String($0.dropFirst(2)) }
            qualities[name] = QualityValue.thousandths(weight) ?? 0
        }
        let gzip = qualities["gzip"] ?? qualities["x-gzip"] ?? qualities["*"] ?? 0
        if gzip > 0, gzip >= qualities["identity"] ?? 0 { self = .gzip }
    }
}
