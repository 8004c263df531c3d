import Foundation
import HearthDrivers
import HearthTelemetry
import HearthUpstream

/// What a collector made of an export.
enum ExportReply: Equatable {
    /// It has the spans, but for those that it rejected, which must not be sent again.
    case accepted(rejected: Int)
    /// It will not have them, now or later.
    case refused(cause: String)
    /// It may have them later.
    case unavailable(cause: String, retryAfter: Duration?)

    /// OTLP names the statuses that may be tried again; every other failure is final.
    init(_ response: HTTPClientResponse, now: Timestamp) {
        switch response.status {
        case 200...299:
            self = .accepted(rejected: Self.rejectedSpans(response.body))
        case 429, 502, 503, 504:
            self = .unavailable(
                cause: "status \(response.status)", retryAfter: RetryAfter.parse(response.headers["Retry-After"], now: now))
        default:
            self = .refused(cause: "status \(response.status)")
        }
    }

    init(_ error: HTTPClientError) {
        switch error.kind {
        case .invalidRequest: self = .refused(cause: "\(error)")
        // The export has arrived; only what the collector says about it has not.
        case .tooLarge: self = .accepted(rejected: 0)
        case .resolve, .connect, .tls, .connectTimeout, .totalTimeout, .cancelled, .shutDown, .queueFull, .reset, .emptyReply,
            .protocolViolation, .other:
            self = .unavailable(cause: "\(error)", retryAfter: nil)
        }
    }

    private struct Answer: Decodable {
        struct PartialSuccess: Decodable {
            var rejectedSpans: Count?
        }

        /// A text, as protobuf's mapping has it, or a number, as some collectors write.
        struct Count: Decodable {
            var value: Int

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                value = (try? container.decode(Int.self)) ?? Int((try? container.decode(String.self)) ?? "") ?? 0
            }
        }

        var partialSuccess: PartialSuccess?
    }

    private static func rejectedSpans(_ body: [UInt8]) -> Int {
        // An empty body and one that is not understood say the same: nothing was rejected.
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(body))
        return max(0, answer?.partialSuccess?.rejectedSpans?.value ?? 0)
    }
}
