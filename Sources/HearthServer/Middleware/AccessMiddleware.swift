import HTTPTypes
import HearthTelemetry
import Hummingbird

/// Turns away callers without a key, where keys are configured.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    let access: CallerAccess
    let instruments: HTTPInstruments

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard access.admits(request.headers) else {
            instruments.rejections(.unauthorized).increment()
            throw APIError(
                .unauthorized, "This service needs a key: send it as Authorization: Bearer KEY or as X-API-Key.")
        }
        return try await next(request, context)
    }
}
