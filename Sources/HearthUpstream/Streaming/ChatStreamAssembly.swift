/// Puts the pieces of a streamed chat completion together to the answer that the provider would have given whole.
package struct ChatStreamAssembly: Sendable {
    /// What a piece turned out to be.
    package enum Piece: Sendable, Equatable {
        /// A part of the answer.
        case part
        /// It has no choices: the usage, or nothing.
        case accounting
        /// The provider gave up; its error event.
        case error
        /// Not a piece of a chat completion.
        case invalid
    }

    private var top: [JSONTree.Member] = []
    private var choices: [Int64: Choice] = [:]

    private struct Choice: Sendable {
        var message = GrowingValue()
        var logprobs = GrowingValue()
        var finishReason: JSONTree?
        var others: [JSONTree.Member] = []

        mutating func add(_ piece: JSONTree) {
            for member in piece.members ?? [] {
                switch member.name {
                // Some providers repeat the message so far in every piece; it is put together from the deltas.
                case "index", "message": break
                case "delta": message.add(member.value)
                case "logprobs": logprobs.add(member.value)
                case "finish_reason": if member.value != .null { finishReason = member.value }
                default: others = others.filter { $0.name != member.name } + [member]
                }
            }
        }

        var isFaithful: Bool { message.isFaithful && logprobs.isFaithful }
    }

    /// What is told in another way of the whole answer, and what only hides how long a piece is.
    private static let membersOfPieces: Set<String> = ["object", "choices", "obfuscation"]

    /// Choices are numbered from 0; a provider that numbers higher is mistaken.
    private static let maximumIndex: Int64 = 127

    package init() {}

    /// Whether every choice that has begun has come to its end.
    package var isFinished: Bool { !choices.isEmpty && choices.values.allSatisfy { $0.finishReason != nil } }

    /// Whether the whole answer has everything that the pieces said; one that has not must not be given to anybody else.
    package var isFaithful: Bool { choices.values.allSatisfy(\.isFaithful) }

    package mutating func add(_ piece: JSONTree) -> Piece {
        guard let members = piece.members else { return .invalid }
        if piece["error"] != nil { return .error }
        guard let given = piece["choices"]?.items ?? (piece["usage"] != nil ? [] : nil) else { return .invalid }
        for choice in given where choice.members == nil || !(0...Self.maximumIndex).contains(choice["index"]?.integer ?? 0) {
            return .invalid
        }
        for member in members where !Self.membersOfPieces.contains(member.name) { note(member) }
        // In place: a copy of the choice would copy its text.
        for choice in given { choices[choice["index"]?.integer ?? 0, default: Choice()].add(choice) }
        return given.isEmpty ? .accounting : .part
    }

    /// The whole answer; nil before anything of it has come.
    package var completion: JSONTree? {
        guard !choices.isEmpty else { return nil }
        let ordered = choices.sorted { $0.key < $1.key }.map { index, choice in
            JSONTree.object(
                [
                    .init("index", .number(index)), .init("message", Self.whole(choice.message.tree)),
                    .init("logprobs", choice.logprobs.tree),
                    .init("finish_reason", choice.finishReason ?? .null),
                ] + choice.others)
        }
        return .object([.init("object", .string("chat.completion"))] + top + [.init("choices", .array(ordered))])
    }

    /// The last value that is one counts; `usage` is null in all pieces but one.
    private mutating func note(_ member: JSONTree.Member) {
        guard member.value != .null else { return }
        if let place = top.firstIndex(where: { $0.name == member.name }) {
            // The id and the moment are those of the first piece.
            if member.name != "id" && member.name != "created" { top[place] = member }
        } else {
            top.append(member)
        }
    }

    /// A message as answers that are not streamed have it: with its role, content and refusal, and tool calls without numbers.
    private static func whole(_ message: JSONTree) -> JSONTree {
        let members = message.members ?? []
        let first = [
            JSONTree.Member("role", message["role"] ?? .string("assistant")), .init("content", message["content"] ?? .null),
            .init("refusal", message["refusal"] ?? .null),
        ]
        let others = members.filter { member in !first.contains { $0.name == member.name } && member.value != .null }
        return .object(
            first
                + others.map { member in
                    guard member.name == "tool_calls", let calls = member.value.items else { return member }
                    return .init(member.name, .array(calls.map { .object(($0.members ?? []).filter { $0.name != "index" }) }))
                })
    }
}
