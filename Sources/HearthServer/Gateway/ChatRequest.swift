import HearthCache
import HearthTelemetry
import HearthUpstream

/// A chat completion that a caller asks for, as far as Hearth has to understand it; all the rest is passed on as it is.
struct ChatRequest: Sendable {
    /// Every field of the body but Hearth's own.
    private(set) var fields: [JSONTree.Member]
    let model: String
    let isStreamed: Bool
    /// Whether the caller of a stream wants the usage as its last piece.
    let includesUsage: Bool
    /// The last words of the user; empty where there are none.
    let userText: String
    /// Whether the last message is the user's and a plain text, and nothing else in the request makes its exact words count.
    let allowsNormalization: Bool
    /// A pseudonym of who asks.
    let customer: String?
    var controls: GatewayControls

    private static let family = QuestionScope.EndpointFamily.chatCompletions
    /// Longer texts are documents, and no two of them are the same question in other words.
    private static let maximumNormalizedCharacters = 500

    /// - Parameter resolving: gives the model that a caller's name stands for.
    init(
        _ body: some Sequence<UInt8>, controls given: GatewayControls, resolving: (String) -> String = { $0 }
    ) throws(APIError) {
        let body = try GatewayBody(body, of: Self.family, controls: given, resolving: resolving)
        let tree = body.tree
        guard let messages = tree["messages"]?.items, !messages.isEmpty, messages.allSatisfy({ $0["role"]?.string != nil }) else {
            throw GatewayControls.invalid("messages", "must be a list of messages with a role, and not empty")
        }
        if tree.has("stream"), let stream = tree["stream"], stream.bool == nil {
            throw GatewayControls.invalid("stream", "must be true or false")
        }
        fields = body.fields
        model = body.model
        controls = body.controls
        isStreamed = tree["stream"]?.bool == true
        includesUsage = tree["stream_options"]?["include_usage"]?.bool == true
        customer = body.customer("user", "safety_identifier")
        userText = messages.last { $0["role"]?.string == "user" }.map(Self.text) ?? ""
        allowsNormalization = !controls.matchesExactly && Self.isPlainQuestion(tree, last: messages.last)
    }

    /// The text of a message, its parts joined; for the language, the category and lists of questions.
    private static func text(of message: JSONTree) -> String {
        if let text = message["content"]?.string { return text }
        return (message["content"]?.items ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    /// Tools, schemas and several choices ask for more than an answer in words; code means what it says, letter by letter.
    private static func isPlainQuestion(_ tree: JSONTree, last: JSONTree?) -> Bool {
        guard let last, last["role"]?.string == "user", let text = last["content"]?.string, !text.utf8.contains(UInt8(ascii: "`")),
            text.utf8.count <= maximumNormalizedCharacters * 4, text.count <= maximumNormalizedCharacters
        else { return false }
        guard (last.members ?? []).allSatisfy({ $0.name == "role" || $0.name == "content" }) else { return false }
        if let format = tree["response_format"], format["type"]?.string != "text" { return false }
        return !["tools", "functions", "audio", "prediction"].contains { tree[$0] != nil } && (tree["n"]?.integer ?? 1) == 1
    }

    /// Whether the caller itself says how it wants its stream.
    var hasStreamOptions: Bool { fields.contains { $0.name == "stream_options" } }

    /// Whether it has something that is no part of the key, and that a provider may refuse nevertheless.
    var hasFieldsBesideKey: Bool { fields.contains { Self.family.role(of: $0.name) == .indifferent && $0.name != "stream" } }

    /// What decides the answer, in canonical form.
    var conversation: ConversationDeriver.Conversation {
        var deciding = fields.filter { Self.family.role(of: $0.name) == .decides && $0.name != "model" }
        if allowsNormalization { Self.replaceLastText(in: &deciding, by: nil) }
        return ConversationDeriver.Conversation(
            family: Self.family, model: model, fields: JSONTree.object(deciding).canonicalBytes, userText: userText,
            allowsNormalization: allowsNormalization)
    }

    /// The body that the provider is sent.
    ///
    /// Where forms of the same words share an answer, nothing that the key does not see may steer it. Streams are asked for with their
    /// usage, which the caller gets only if it wants it: without it nobody knows what they cost.
    ///
    /// - Parameter asksForUsage: false for a provider that knows no `stream_options`.
    func forwarded(streamed: Bool, asksForUsage: Bool = true) -> [UInt8] {
        var sent = fields.filter { $0.name != "stream" && $0.name != "stream_options" }
        if allowsNormalization { Self.replaceLastText(in: &sent, by: Normalizer.visibleText(userText)) }
        if streamed, !asksForUsage {
            sent += [.init("stream", .bool(true))] + fields.filter { $0.name == "stream_options" }
        } else if streamed {
            var options = fields.first { $0.name == "stream_options" }?.value ?? .object([])
            if options.members == nil { options = .object([]) }
            options["include_usage"] = .bool(true)
            sent += [.init("stream", .bool(true)), .init("stream_options", options)]
        }
        return JSONTree.object(sent).bytes
    }

    private static func replaceLastText(in fields: inout [JSONTree.Member], by text: String?) {
        guard let place = fields.firstIndex(where: { $0.name == "messages" }), var messages = fields[place].value.items,
            var last = messages.popLast()
        else { return }
        last["content"] = text.map { .string($0) } ?? .object([])
        messages.append(last)
        fields[place].value = .array(messages)
    }
}
