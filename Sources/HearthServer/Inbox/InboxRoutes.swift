import Foundation
import HTTPTypes
import HearthTelemetry
import Hummingbird
import NIOCore

/// `GET /api/v1/inbox` and `POST /api/v1/inbox/retry`: what became of the messages that customers wrote.
struct InboxRoutes: Sendable {
    let store: (any Inbox)?
    let worker: InboxWorker?
    let timeSource: any TimeSource
    let limits: HearthConfiguration.Limits

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("inbox", use: list)
        group.post("inbox/retry", use: retry)
    }

    private func configured() throws(APIError) -> any Inbox {
        guard let store else { throw APIError(.notFound, "WhatsApp is not configured, so there is no inbox.") }
        return store
    }

    @Sendable private func list(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let limit = parameters.integer("limit", in: 1...500, default: 50)
        let state = parameters.choice("state", of: InboxMessage.State.self)
        try parameters.finish("The list of messages cannot be given")
        let store = try configured()
        let messages = try await reading { try await store.list(state, limit: limit) }
        let figures = try await reading { try await store.figures() }
        return JSONAnswer.response(InboxDocument(figures, messages))
    }

    @Sendable private func retry(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        try ParameterReader.refuseAll(of: request, "The message was not sent again")
        let store = try configured()
        var body = FieldReader(try JSONRequest.object(try await RequestBodyReader.read(request, limit: limits.bodyBytes)))
        let id = Self.chosen(&body)
        try FieldReader.finish([body], "The request has faulty fields")
        let count: Int = try await reading {
            guard let id else { return try await store.reopenAll(at: timeSource.now()) }
            return try await store.reopen(id, at: timeSource.now()) ? 1 : 0
        }
        guard id == nil || count > 0 else {
            throw APIError(.notFound, "No message of this id was given up; GET /api/v1/inbox?state=dead lists those that were.")
        }
        context.act?.note(entries: count)
        worker?.wake()
        return JSONAnswer.response(Reopened(id: id, reopened: count), status: .accepted)
    }

    /// The id of the one message that is to be opened again; nil for all of them, and where a fault is reported.
    private static func chosen(_ body: inout FieldReader) -> String? {
        let (id, all) = (body.value("id"), body.value("all"))
        switch (id, all) {
        case (.some(.string(let id)), nil): return id
        case (nil, .some(.bool(true))): break
        case (nil, nil): body.report("id", "must be the id of a message that was given up, unless all is true")
        case (.some, nil): body.report("id", "must be the id of a message that was given up")
        case (nil, .some): body.report("all", "must be true; for one message give its id")
        case (.some, .some): body.report("all", "cannot be given together with id")
        }
        return nil
    }

    private func reading<Value: Sendable>(_ read: () async throws -> Value) async throws(APIError) -> Value {
        do {
            return try await read()
        } catch {
            throw APIError(.storeUnavailable, "The inbox cannot be read or written now; try again in a moment.", retryAfterSeconds: 5)
        }
    }
}

/// What was opened again.
private struct Reopened: Encodable {
    /// Absent where it was not about one message.
    var id: String?
    var state = InboxMessage.State.waiting.rawValue
    var reopened: Int
}

/// The inbox without anything that was said in it.
struct InboxDocument: Encodable, Sendable {
    struct Message: Encodable, Sendable {
        var id: String
        /// The last three digits, to find a conversation by; absent once it is forgotten.
        var sender: String?
        var state: String
        var attempts: Int
        var error: String?
        var receivedAt: String
        var nextAttemptAt: String?
        var finishedAt: String?
    }

    var open: Int
    var dead: Int
    var oldestOpen: String?
    var messages: [Message]

    init(_ figures: InboxFigures, _ messages: [InboxMessage]) {
        open = figures.open
        dead = figures.dead
        oldestOpen = figures.oldest?.description
        self.messages = messages.map { message in
            Message(
                id: message.id, sender: message.sender.isEmpty ? nil : "…" + message.sender.suffix(3), state: message.state.rawValue,
                attempts: message.attempts, error: message.error, receivedAt: message.receivedAt.description,
                nextAttemptAt: message.state.isOpen ? message.dueAt.description : nil, finishedAt: message.finishedAt?.description)
        }
    }
}
