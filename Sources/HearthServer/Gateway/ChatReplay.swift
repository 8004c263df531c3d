import HearthTelemetry
import HearthUpstream

/// Writes a kept chat completion as the provider would: whole, or in pieces of a stream.
struct ChatReplay: Sendable {
    /// Long texts come in pieces of about this size, so that clients show them early and nothing is sent letter by letter.
    static let pieceBytes = 1024

    private let completion: [UInt8]
    private let identity: ForwardedAnswer.Identity

    /// - Parameter completion: a chat completion as JSON, without `id` and `created`.
    init(_ completion: [UInt8], identity: ForwardedAnswer.Identity) {
        self.completion = completion
        self.identity = identity
    }

    /// A name of its own for every answer, since clients keep answers by it.
    static func newIdentity(at now: Timestamp) -> ForwardedAnswer.Identity {
        ForwardedAnswer.Identity(id: "chatcmpl-" + RequestIdentifier.new(), created: now.milliseconds / 1000)
    }

    private var head: [JSONTree.Member] { [.init("id", .string(identity.id)), .init("created", .number(identity.created))] }

    /// The body of an answer that is not streamed.
    var body: [UInt8] {
        var bytes = JSONTree.object(head).bytes
        bytes[bytes.count - 1] = UInt8(ascii: ",")
        return bytes + completion.dropFirst()
    }

    /// The data of the events up to the end mark; nil for a completion that cannot be read.
    func pieces(includesUsage: Bool) -> [[UInt8]]? {
        guard let tree = JSONTree(completion), let choices = tree["choices"]?.items else { return nil }
        let constant = Self.constantMembers(of: tree)
        func piece(_ choices: [JSONTree], usage: JSONTree? = nil) -> [UInt8] {
            var members = head + [.init("object", .string("chat.completion.chunk"))] + constant + [.init("choices", .array(choices))]
            if includesUsage { members.append(.init("usage", usage ?? .null)) }
            return JSONTree.object(members).bytes
        }
        var pieces: [[UInt8]] = []
        for (position, choice) in choices.enumerated() {
            let index = choice["index"] ?? .number(Int64(position))
            for (number, delta) in Self.deltas(of: choice["message"]).enumerated() {
                // All probabilities come with the first piece: clients put them together again.
                pieces.append(piece([Self.choice(index, delta, logprobs: number == 0 ? choice["logprobs"] : nil)]))
            }
            pieces.append(piece([Self.lastPiece(of: choice, index)]))
        }
        if includesUsage, let usage = tree["usage"] { pieces.append(piece([], usage: usage)) }
        return pieces
    }

    /// What every piece says of the whole: the model, its fingerprint and whatever else the provider adds.
    private static func constantMembers(of tree: JSONTree) -> [JSONTree.Member] {
        (tree.members ?? []).filter { !["object", "choices", "usage"].contains($0.name) }
    }

    private static func choice(
        _ index: JSONTree, _ delta: JSONTree, logprobs: JSONTree? = nil, finishReason: JSONTree? = nil, others: [JSONTree.Member] = []
    ) -> JSONTree {
        .object(
            [
                .init("index", index), .init("delta", delta), .init("logprobs", logprobs ?? .null),
                .init("finish_reason", finishReason ?? .null),
            ] + others)
    }

    /// The end of a choice, with whatever else the provider says of it: why it stopped, what its filter found.
    private static func lastPiece(of choice: JSONTree, _ index: JSONTree) -> JSONTree {
        let others = (choice.members ?? []).filter { !knownMembers.contains($0.name) }
        return Self.choice(index, .object([]), finishReason: choice["finish_reason"], others: others)
    }

    private static let knownMembers: Set<String> = ["index", "message", "delta", "logprobs", "finish_reason"]

    /// The role first, then the texts in pieces, then the calls of tools.
    private static func deltas(of message: JSONTree?) -> [JSONTree] {
        let members = message?.members ?? []
        let pieced = ["role", "content", "refusal", "tool_calls", "function_call"]
        let content = message?["content"]?.string
        var first: [JSONTree.Member] = [.init("role", message?["role"] ?? .string("assistant"))]
        first.append(.init("content", content == nil ? .null : .string("")))
        first += members.filter { !pieced.contains($0.name) && $0.value != .null }
        var deltas = [JSONTree.object(first)]
        for name in ["refusal", "content"] {
            for piece in pieces(of: message?[name]?.string ?? "") { deltas.append(.object([.init(name, .string(piece))])) }
        }
        // A list of parts is not cut: clients would not put it together again.
        if let parts = message?["content"], content == nil { deltas.append(.object([.init("content", parts)])) }
        if let call = message?["function_call"] { deltas.append(.object([.init("function_call", call)])) }
        for (index, call) in (message?["tool_calls"]?.items ?? []).enumerated() {
            // Some providers number the calls of whole answers too.
            let members = (call.members ?? []).filter { $0.name != "index" }
            let numbered = JSONTree.object([.init("index", .number(Int64(index)))] + members)
            deltas.append(.object([.init("tool_calls", .array([numbered]))]))
        }
        return deltas
    }

    /// Cut between characters as readers see them.
    private static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in text {
            piece.append(character)
            if piece.utf8.count >= pieceBytes {
                pieces.append(piece)
                piece = ""
            }
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }
}
