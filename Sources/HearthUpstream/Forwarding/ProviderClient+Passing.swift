package import HearthDrivers
import HearthTelemetry

/// A request that is passed on as it is.
package struct PassedCall: Sendable {
    package var method: HTTPClientRequest.Method
    /// Behind the provider's base address, with the query.
    package var path: String
    /// Without those that concern one connection only, and without any credential.
    package var headers: [HTTPClientRequest.Header]
    package var body: [UInt8]
    package var requestID: String?
    package var traceparent: String?
    package var tracestate: String?

    package init(
        method: HTTPClientRequest.Method, path: String, headers: [HTTPClientRequest.Header], body: [UInt8], requestID: String?,
        traceparent: String?, tracestate: String?
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.requestID = requestID
        self.traceparent = traceparent
        self.tracestate = tracestate
    }
}

extension ProviderClient {
    /// Passes a request on once, whatever becomes of it; returns when the header of the answer has come, whatever its status.
    ///
    /// - Throws: also for status 401: the key that was refused is Hearth's, and the answer may show a part of it.
    package func pass(_ call: PassedCall) async throws(UpstreamError) -> ProviderStream {
        let start = time.uptime()
        try await enter(for: nil, model: "", since: start)
        do throws(UpstreamError) {
            var request = httpRequest(
                call.method, call.path, body: call.body, requestID: call.requestID, traceparent: call.traceparent,
                tracestate: call.tracestate)
            let own = request.headers.filter { !["Content-Type", "Accept"].contains($0.name) }
            request.headers = call.headers + own
            request.totalTimeout = configuration.streamTimeout - (time.uptime() - start)
            let stream: HTTPClientStream
            do throws(HTTPClientError) {
                stream = try await opened(request)
            } catch {
                throw UpstreamError(error)
            }
            for _ in 0..<stream.connectionRetries { observer.retried(.network) }
            noteHeader(status: stream.status)
            let failure = UpstreamError(status: stream.status, retryAfterHeader: nil, host: host, now: time.now())
            if stream.status == 401, let failure {
                stream.cancel()
                throw failure
            }
            return ProviderStream(stream, idleTimeout: configuration.streamIdleTimeout, host: host, pause: pause) { [self] ending in
                noteEnd(of: nil, model: "", since: start, error: ending.error ?? failure, usage: nil)
                giveSlotBack()
            }
        } catch {
            noteEnd(of: nil, model: "", since: start, error: error, usage: nil)
            giveSlotBack()
            throw error
        }
    }
}
