import HearthDrivers
import HearthTelemetry

extension ProviderClient {
    /// Passes a caller's chat completion on and reads the whole answer.
    package func forward(_ call: ForwardedCall) async throws(UpstreamError) -> ForwardedAnswer {
        let start = time.uptime()
        var answer = try await self.call(
            call.operation, model: call.model, request(for: call), since: start, mayRetry: !call.hasAlternative, usage: \.usage
        ) {
            response throws(UpstreamError) in
            try read(response.body, headers: response.headers, of: call)
        }
        answer.duration = time.uptime() - start
        for field in answer.invalidFields { observer.invalidField(field) }
        return answer
    }

    /// Passes any other call on; the answer is any JSON.
    package func forwardPlain(
        _ call: ForwardedCall, usage: (JSONTree) -> ProviderUsage? = { _ in nil }
    ) async throws(UpstreamError) -> JSONTree {
        try await self.call(
            call.operation, model: call.model, request(for: call), since: time.uptime(), mayRetry: !call.hasAlternative, usage: usage
        ) {
            response throws(UpstreamError) in
            try json(response.body, headers: response.headers)
        }
    }

    /// The answer that a body with status 200 is.
    func read(_ body: [UInt8], headers: HTTPClientHeaders, of call: ForwardedCall) throws(UpstreamError) -> ForwardedAnswer {
        try ForwardedAnswer(
            json(body, headers: headers), model: call.model, host: host, saysSimulated: Self.saysSimulated(headers))
    }

    private func json(_ body: [UInt8], headers: HTTPClientHeaders) throws(UpstreamError) -> JSONTree {
        guard AnswerReader.isJSON(headers["Content-Type"]) else { throw .invalidAnswer("it is not JSON", host: host) }
        guard let tree = JSONTree(body) else { throw .invalidAnswer("its JSON is broken", host: host) }
        return tree
    }

    static func saysSimulated(_ headers: HTTPClientHeaders) -> Bool { headers[AnswerReader.simulatorHeader] == "true" }

    func request(for call: ForwardedCall, accept: String = "application/json") -> HTTPClientRequest {
        var request = httpRequest(
            call.method == .get ? .get : .post, call.path, body: call.body, accept: accept, requestID: call.requestID,
            traceparent: call.traceparent, tracestate: call.tracestate)
        request.maximumResponseBytes = max(request.maximumResponseBytes, call.expectedResponseBytes)
        return request
    }

    /// Hearth's own key goes with every call; the caller's never leaves.
    func httpRequest(
        _ method: HTTPClientRequest.Method, _ path: String, body: [UInt8], accept: String = "application/json", requestID: String?,
        traceparent: String?, tracestate: String?
    ) -> HTTPClientRequest {
        var headers = method == .get ? [] : [HTTPClientRequest.Header("Content-Type", "application/json")]
        headers.append(.init("Accept", accept))
        if let key = configuration.apiKey, !key.isEmpty { headers.append(.init("Authorization", "Bearer \(key.reveal())")) }
        if let requestID { headers.append(.init("X-Request-Id", requestID)) }
        if let traceparent { headers.append(.init("traceparent", traceparent)) }
        if let tracestate { headers.append(.init("tracestate", tracestate)) }
        return HTTPClientRequest(
            method: method, url: configuration.baseURL + path, headers: headers, body: body,
            connectTimeout: configuration.connectTimeout, totalTimeout: configuration.totalTimeout,
            maximumResponseBytes: configuration.maximumResponseBytes)
    }
}
