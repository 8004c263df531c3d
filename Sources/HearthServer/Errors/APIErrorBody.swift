import Foundation
import HearthTelemetry

/// The error body of everything below `/api/v1`.
struct APIErrorBody: Encodable, Sendable {
    struct Detail: Encodable, Sendable, Equatable {
        var field: String
        var problem: String
    }

    /// A stable code that programs compare.
    var error: String
    /// What failed, on what, and what to do, for people.
    var message: String
    var timestamp: String
    var requestId: String
    var details: [Detail]

    init(error: String, message: String, timestamp: Timestamp, requestID: String, details: [Detail] = []) {
        self.error = error
        self.message = message
        self.timestamp = timestamp.description
        self.requestId = requestID
        self.details = details
    }

    var json: [UInt8] { JSONBody.encode(self) }
}
