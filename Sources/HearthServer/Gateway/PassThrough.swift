import HTTPTypes
import HearthDrivers
import HearthStatistics
import HearthTelemetry
import HearthUpstream
import Hummingbird
import NIOCore

/// Passes allowed requests on to the main provider and its answers back, both as they are and piece by piece.
struct PassThrough: Sendable {
    let allowed: AllowedRoutes
    let provider: ProviderClient
    let pricing: Pricing
    /// Nil where nobody has a budget.
    let budgets: TenantBudgets?
    let overload: OverloadGuard
    let instruments: GatewayInstruments
    /// Of one request at most.
    let bodyBytes: Int

    @Sendable func handle(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        guard let scope = allowed.scope(request.method.rawValue, request.uri.path),
            let method = HTTPClientRequest.Method(rawValue: request.method.rawValue)
        else { throw APIError(.notFound, "There is nothing here.") }
        guard context.caller.scopes.contains(scope) else {
            throw APIError(
                .forbidden, "The credential \(context.caller.credential) lacks the scope \(scope.rawValue), which this address needs.")
        }
        let body = try await RequestBodyReader.read(request, limit: bodyBytes, isPassedOn: true)
        let query = request.uri.query.map { "?" + $0 } ?? ""
        let call = PassedCall(
            method: method, path: String(request.uri.path.dropFirst(3)) + query, headers: Self.forwarded(request.headers),
            body: [UInt8](body),
            requestID: context.requestID, traceparent: context.trace?.traceparent, tracestate: context.trace?.traceState)
        let stream: ProviderStream
        do throws(UpstreamError) {
            stream = try await pass(call, for: context.caller.tenant, on: context.channel)
        } catch {
            throw APIError(error, cacheStatus: CacheStatus.failed(.request, status: error.providerStatus).header)
        }
        instruments.routed(.passed).increment()
        let departure = ClientDeparture.watch(context.channel) { stream.end(error: Self.callerHasGone) }
        return Response(
            status: .init(code: stream.status), headers: Self.returned(stream.fields),
            body: ResponseBody { writer in
                defer { departure.end() }
                do {
                    while let piece = try await stream.next() { try await writer.write(ByteBuffer(bytes: piece)) }
                } catch {
                    stream.end(error: error as? UpstreamError)
                    // The connection is closed in the middle: the caller must not take this for the whole.
                    throw error
                }
                stream.end()
                try await writer.finish(nil)
            })
    }

    private static let callerHasGone = UpstreamError(kind: .cancelled, message: "The caller has gone.")

    /// Nobody else has a use for what a caller has asked for who has gone: the call ends with him.
    private func pass(_ call: PassedCall, for tenant: Tenant, on channel: any Channel) async throws(UpstreamError) -> ProviderStream {
        let passing = Task(executorPreference: EventLoopExecutor.current) { () async -> Result<ProviderStream, UpstreamError> in
            do throws(UpstreamError) {
                return .success(try await pass(call, for: tenant))
            } catch {
                return .failure(error)
            }
        }
        let departure = ClientDeparture.watch(channel) { passing.cancel() }
        defer { departure.end() }
        return try await passing.value.get()
    }

    /// Nothing is known of what it costs: what sends something to the provider is paid for as a call without prices of tokens.
    private func pass(_ call: PassedCall, for tenant: Tenant) async throws(UpstreamError) -> ProviderStream {
        try overload.admitCall()
        guard let budgets, call.method == .post else { return try await provider.pass(call) }
        let estimate = CallEstimate.spending(model: "", requestBytes: call.body.count, outputTokens: budgets.assumedOutputTokens, pricing)
        return try await budgets.around(estimate, of: tenant, actual: { _ in nil }) { () async throws(UpstreamError) in
            try await provider.pass(call)
        }
    }

    /// What concerns one connection only (RFC 9110, 7.6.1), and what Hearth decides itself.
    private static let dropped: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "host", "content-length", "expect", "authorization", "x-api-key", "cookie", "forwarded", "via", "x-forwarded-for",
        "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-request-id", "traceparent", "tracestate", "accept-encoding",
    ]

    private static let droppedFromAnswers: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "set-cookie",
        "alt-svc", "strict-transport-security", "date", "server", "x-request-id",
    ]

    static func forwarded(_ headers: HTTPFields) -> [HTTPClientRequest.Header] {
        let named = named(in: headers.filter { $0.name.canonicalName == "connection" }.map(\.value))
        return headers.filter { field in
            let name = field.name.canonicalName
            return !dropped.contains(name) && !named.contains(name) && !name.hasPrefix("x-hearth-")
        }.map { HTTPClientRequest.Header($0.name.rawName, $0.value) }
    }

    static func returned(_ fields: [(name: String, value: String)]) -> HTTPFields {
        let named = named(in: fields.filter { $0.name == "connection" }.map(\.value))
        var headers = HTTPFields()
        for field in fields where !droppedFromAnswers.contains(field.name) && !named.contains(field.name) {
            guard let name = HTTPField.Name(field.name), HTTPField.isValidValue(field.value) else { continue }
            headers.append(HTTPField(name: name, value: field.value))
        }
        return headers
    }

    /// Headers that `Connection` names belong to the connection as well.
    private static func named(in connection: [String]) -> Set<String> {
        Set(connection.flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() })
    }
}
