import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON answers of the ordinary routes.
enum JSONAnswer {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONBody.encode(value))))
    }
}

/// Reads a request's body up to a limit.
///
/// Compressed ones are refused: a small body could grow to any size, and a question is too short to gain from it.
enum RequestBodyReader {
    /// - Parameter isPassedOn: whether the bytes are somebody else's to read, with the header that tells how.
    static func read(_ request: Request, limit: Int, isPassedOn: Bool = false) async throws -> Data {
        if !isPassedOn, let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            let problem = "compressed bodies are not read; send the body as it is, without this header"
            throw APIError(
                .invalidHeader, "The header Content-Encoding cannot be met: \(problem).",
                details: [.init(field: "Content-Encoding", problem: problem)])
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge(limit) }
        do {
            let buffer = try await request.body.collect(upTo: limit)
            return Data(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge(limit)
        }
    }

    private static func tooLarge(_ limit: Int) -> APIError {
        APIError(.tooLarge, "The request's body is over the limit of \(limit) bytes; send less.")
    }
}
