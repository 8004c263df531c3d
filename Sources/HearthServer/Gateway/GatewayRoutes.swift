import Foundation
import HTTPTypes
import HearthTelemetry
import HearthUpstream
import Hummingbird
import NIOCore

/// The routes below `/v1`, which an application uses by changing the address of its provider.
struct GatewayRoutes: Sendable {
    let answerer: ChatAnswerer
    let embeddings: EmbeddingAnswerer
    let models: ModelCatalogue
    let passThrough: PassThrough
    let settings: HearthConfiguration.Gateway
    let tenants: TenantRules
    let timeSource: any TimeSource

    /// Longer requests are read and compared elsewhere than on the event loop, where everybody else would wait for it.
    private static let bytesOnLoop = 64 << 10

    func add(to router: RouterGroup<HearthRequestContext>) {
        let group = router.group("v1")
        group.post("chat/completions", use: chat)
        // Long lists of texts and vectors are read and written there.
        group.group().add(middleware: OffLoopMiddleware()).post("embeddings", use: embed)
        group.get("models") { _, context in JSONTreeAnswer.response(try await models.list(requestID: context.requestID)) }
        group.get("models/{id}") { _, context in
            let id = try context.parameters.require("id")
            return JSONTreeAnswer.response(try await models.model(id.removingPercentEncoding ?? id, requestID: context.requestID))
        }
        guard !settings.passThrough.routes.isEmpty else { return }
        for method in AllowedRoutes.methods {
            guard let method = HTTPRequest.Method(rawValue: method) else { continue }
            group.on("**", method: method, use: passThrough.handle)
        }
        // At an address that is there the router looks for no other route, whatever the method.
        for (method, template) in AllowedRoutes.besideServed {
            guard let method = HTTPRequest.Method(rawValue: method) else { continue }
            router.on(RouterPath(template), method: method, use: passThrough.handle)
        }
    }

    @Sendable private func chat(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let controls = try GatewayControls(headers: request.headers)
        let body = try await RequestBodyReader.read(request, limit: settings.bodyBytes)
        guard body.count > Self.bytesOnLoop else { return try await answer(body, controls, context) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await answer(body, controls, context) }
    }

    private func answer(_ body: Data, _ controls: GatewayControls, _ context: HearthRequestContext) async throws -> Response {
        // The clock of the answer starts when the request is complete; what its sender takes is not ours.
        let startedAt = timeSource.uptime()
        let chat = try ChatRequest(body, controls: controls, resolving: settings.model)
        let tenant = context.caller.tenant
        let protection = tenants.protection(of: tenant)
        if controls.cacheControl.onlyIfCached { try protection?.requireNoProbe() }
        let reply = try await SharedAnswerProtection.guarding(protection, since: startedAt, timeSource) {
            try await answerer.answer(
                chat, by: tenant, requestID: context.requestID, trace: context.trace, startedAt: startedAt,
                mayBeginInSilence: protection == nil
            ) { tell in
                ClientDeparture.watch(context.channel, tell)
            }
        }
        var writer = ChatResponseWriter(
            requestID: context.requestID, startedAt: startedAt, timeSource: timeSource, commentInterval: settings.commentInterval)
        if let protection {
            writer.hidesOrigin = protection.hidesOrigin
            let response = try await SharedAnswerProtection.guarding(protection, since: startedAt, timeSource) {
                try await whole(reply, to: chat, by: writer)
            }
            await protection.hold(since: startedAt, timeSource)
            return response
        }
        switch reply {
        case .kept(let answered):
            let identity = ChatReplay.newIdentity(at: timeSource.now())
            return try writer.response(answered, identity: identity, to: chat)
        case .live(let live) where chat.isStreamed:
            return writer.stream(live, on: context.channel)
        case .live(let live):
            let answer = try await live.whole()
            let identity = live.identity(of: answer)
            return try writer.response(live.finish(answer), identity: identity, to: chat)
        }
    }

    /// A stream as it arrives would be told from a kept one by its pauses, and the provider's own name of an answer from one of ours.
    private func whole(_ reply: ChatAnswerer.Reply, to chat: ChatRequest, by writer: ChatResponseWriter) async throws -> Response {
        let identity = ChatReplay.newIdentity(at: timeSource.now())
        switch reply {
        case .kept(let answered):
            return try writer.response(answered, identity: identity, to: chat)
        case .live(let live):
            let answer = try await live.whole()
            return try writer.response(live.finish(answer), identity: identity, to: chat)
        }
    }

    @Sendable private func embed(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let controls = try GatewayControls(headers: request.headers)
        let body = try await RequestBodyReader.read(request, limit: settings.bodyBytes)
        let startedAt = timeSource.uptime()
        let protection = tenants.protection(of: context.caller.tenant)
        if controls.cacheControl.onlyIfCached { try protection?.requireNoProbe() }
        let wanted = try EmbeddingRequest(body, controls: controls, resolving: settings.model)
        let answered = try await SharedAnswerProtection.guarding(protection, since: startedAt, timeSource) {
            try await embeddings.answer(
                wanted, by: context.caller.tenant, requestID: context.requestID, trace: context.trace, startedAt: startedAt
            ) { tell in
                ClientDeparture.watch(context.channel, tell)
            }
        }
        let bytes = answered.body.bytes
        if let protection {
            await protection.hold(since: startedAt, timeSource)
            if protection.hidesOrigin {
                let headers = AnswerHeaders.fields(AnswerHeaders.unsourced(requestID: context.requestID, bodyBytes: bytes.count))
                return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
            }
        }
        var headers = AnswerHeaders.fields(
            AnswerHeaders.list(
                cacheStatus: answered.status.header, ageSeconds: answered.age?.components.seconds, requestID: context.requestID,
                bodyBytes: bytes.count,
                responseTime: timeSource.uptime() - startedAt))
        headers[ChatResponseWriter.costHeader] = ChatResponseWriter.dollars(answered.costMicroDollars)
        headers[ChatResponseWriter.savedHeader] = ChatResponseWriter.dollars(answered.savedMicroDollars)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// JSON that is passed on as it was.
enum JSONTreeAnswer {
    static func response(_ tree: JSONTree) -> Response {
        Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: tree.bytes)))
    }
}
