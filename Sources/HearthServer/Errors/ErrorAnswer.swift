import HTTPTypes
import HearthScheduling
import HearthTelemetry
import HearthUpstream
import Hummingbird
import Logging
import NIOCore

/// The one place where errors become HTTP answers.
enum ErrorAnswer {
    /// What an error means for the caller.
    static func failure(_ error: any Error, request: Request, context: HearthRequestContext) -> APIError {
        var failure = APIError(error, context: context)
        if failure.code == .notFound, failure.details.isEmpty, GatewayErrorBody.concerns(path: request.uri.path) {
            failure.message =
                "Hearth does not pass this address on to the provider; below /v1 it serves chat/completions, embeddings and models, and what gateway.passThrough names."
        }
        let methods = RouteTable.methods(of: request.uri.path)
        // Where the address takes this method, it is served by the other listener, and this one does not know it.
        if failure.code == .notFound, !methods.isEmpty, !methods.contains(request.method.rawValue) {
            failure = APIError(
                .methodNotAllowed, "This address does not take \(request.method.rawValue); it takes \(methods.joined(separator: ", ")).",
                allow: methods.joined(separator: ", "))
        }
        return failure
    }

    static func response(of failure: APIError, request: Request, context: HearthRequestContext, now: Timestamp) -> Response {
        let isGateway = GatewayErrorBody.concerns(path: request.uri.path)
        var response = Response(
            status: failure.passed.map { .init(code: $0.status) } ?? failure.status, headers: [.contentType: "application/json"],
            body: .init(
                byteBuffer: ByteBuffer(bytes: isGateway ? gatewayBody(failure) : body(failure, requestID: context.requestID, now: now))))
        if isGateway, let advice = failure.shouldRetry { response.headers[shouldRetry] = advice }
        if let seconds = failure.retryAfterSeconds { response.headers[.retryAfter] = String(min(max(seconds, 1), 120)) }
        if let allow = failure.allow { response.headers[.allow] = allow }
        if failure.code == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        for field in failure.fields { response.headers[field.name] = field.value }
        if let status = failure.cacheStatus { response.headers[.cacheStatus] = status }
        return response
    }

    /// What the official clients look at before they try again.
    private static let shouldRetry = HTTPField.Name.known("x-should-retry")

    private static func body(_ failure: APIError, requestID: String, now: Timestamp) -> [UInt8] {
        APIErrorBody(
            error: failure.code.rawValue, message: failure.message, timestamp: now, requestID: requestID, details: failure.details
        ).json
    }

    private static func gatewayBody(_ failure: APIError) -> [UInt8] { failure.passed?.body ?? GatewayErrorBody(failure).json }
}

extension APIError {
    /// Unknown errors are our fault; what they say goes to the log and not to the caller.
    fileprivate init(_ error: any Error, context: HearthRequestContext) {
        switch error {
        case let error as APIError:
            self = error
        case let error as SchedulerError:
            self.init(error)
        case let error as HTTPError where error.status == .contentTooLarge:
            self.init(.tooLarge, "The request's body is over the limit; send less.")
        case let error as HTTPError where error.status == .notFound:
            self.init(.notFound, "There is nothing here; see /openapi.yaml for what there is.")
        case let error as HTTPError where error.status.kind == .clientError:
            self.init(.invalidRequest, "The request could not be read: \(error.body ?? error.status.reasonPhrase).")
        default:
            context.logger.error("request failed", metadata: ["error": "\(error)", "error_type": "\(type(of: error))"])
            self.init(
                .internalError, "Hearth failed on this request; the log has it under the request id \(context.requestID).")
        }
    }
}
