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
        var message = JSONTree.object([])
        var logprobs: JSONTree?
        var finishReason: JSONTree?
        var others: [JSONTree.Member] = []
    }

    /// Choices are numbered from 0; a provider that numbers higher is mistaken.
    private static let maximumIndex: Int64 = 127

    package init() {}

    /// Whether every choice that has begun has come to its end.
    package var isFinished: Bool { !choices.isEmpty && choices.values.allSatisfy { $0.finishReason != nil } }

    package mutating func add(_ piece: JSONTree) -> Piece {
        guard let members = piece.members else { return .invalid }
        if piece["error"] != nil { return .error }
        guard let given = piece["choices"]?.items ?? (piece["usage"] != nil ? [] : nil) else { return .invalid }
        for choice in given where choice.members == nil || !(0...Self.maximumIndex).contains(choice["index"]?.integer ?? 0) {
            return .invalid
        }
        for member in members where member.name != "choices" && member.name != "object" { note(member) }
        for choice in given { add(choice, at: choice["index"]?.integer ?? 0) }
        return given.isEmpty ? .accounting : .part
    }

    /// The whole answer; nil before anything of it has come.
    package var completion: JSONTree? {
        guard !choices.isEmpty else { return nil }
        let ordered = choices.sorted { $0.key < $1.key }.map { index, choice in
            JSONTree.object(
                [
                    .init("index", .number(index)), .init("message", Self.whole(choice.message)),
                    .init("logprobs", choice.logprobs ?? .null),
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

    private mutating func add(_ piece: JSONTree, at index: Int64) {
        var choice = choices[index] ?? Choice()
        for member in piece.members ?? [] {
            switch member.name {
            case "index": break
            case "delta": choice.message = Self.merged(choice.message, member.value)
            case "logprobs":
                if member.value != .null { choice.logprobs = choice.logprobs.map { Self.merged($0, member.value) } ?? member.value }
            case "finish_reason": if member.value != .null { choice.finishReason = member.value }
            default: choice.others = choice.others.filter { $0.name != member.name } + [member]
            }
        }
        choices[index] = choice
    }

    /// Texts are continued, lists grow or, where their items are numbered, grow item by item; anything else is replaced.
    private static func merged(_ old: JSONTree, _ new: JSONTree) -> JSONTree {
        switch (old, new) {
        case (_, .null): return old
        case (.string(let before), .string(let after)): return .string(before + after)
        case (.object, .object(let members)):
            return members.reduce(into: old) { result, member in
                guard let known = result[member.name] else { return result = replacing(result, member) }
                // These are said once, or repeated.
                let isWhole = ["role", "id", "type", "index"].contains(member.name)
                result[member.name] = isWhole && member.value != .null ? member.value : merged(known, member.value)
            }
        case (.array(let before), .array(let after)):
            guard after.contains(where: { $0["index"]?.integer != nil }) else { return .array(before + after) }
            return .array(after.reduce(into: before, join))
        default: return new
        }
    }

    private static func replacing(_ object: JSONTree, _ member: JSONTree.Member) -> JSONTree {
        .object((object.members ?? []).filter { $0.name != member.name } + [member])
    }

    private static func join(_ items: inout [JSONTree], _ piece: JSONTree) {
        let index = piece["index"]?.integer
        guard let place = items.firstIndex(where: { $0["index"]?.integer == index }) else { return items.append(piece) }
        items[place] = merged(items[place], piece)
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
