/// A whole chat completion of the provider, with what must be known to judge, price and keep it.
package struct ForwardedAnswer: Sendable {
    /// As it came, without ``identity``.
    package var completion: JSONTree
    /// The provider's own name and moment of it.
    package var identity: Identity
    /// Of all choices, one after the other.
    package var text: String
    /// `stop` where every choice came to its natural end; else the first that did not. Nil where there was none.
    package var finishReason: String?
    /// Whether a choice calls tools or a function, each named, with an id where calls have one, and with arguments that are whole JSON.
    package var callsTools: Bool
    package var isRefusal: Bool
    package var usage: ProviderUsage?
    package var meanTokenProbability: Double?
    package var isSimulated: Bool
    /// Whether it says everything that the provider said; one that was put together from a stream may not, and is not to be kept then.
    package var isFaithful = true
    package var invalidFields: [ProviderAnswer.InvalidField]
    /// The whole call, waiting for a slot and retries included.
    package var duration = Duration.zero

    package struct Identity: Sendable, Equatable {
        package var id: String
        package var created: Int64

        package init(id: String, created: Int64) {
            self.id = id
            self.created = created
        }
    }

    /// Reads an answer; says why where it is none.
    ///
    /// - Parameter model: that was asked for.
    package init(_ tree: JSONTree, model: String, host: String, saysSimulated: Bool) throws(UpstreamError) {
        guard tree.members != nil else { throw .invalidAnswer("it is not an object", host: host) }
        guard tree["error"] == nil else { throw .invalidAnswer("it is an error in place of an answer", host: host) }
        guard let choices = tree["choices"]?.items, !choices.isEmpty, choices.allSatisfy({ $0["message"]?.members != nil }),
            let known = ChatCompletion(tree), let first = known.choices?.first
        else { throw .invalidAnswer("it has no choices", host: host) }
        identity = Identity(id: tree["id"]?.string ?? "", created: tree["created"]?.integer ?? 0)
        completion = .object((tree.members ?? []).filter { $0.name != "id" && $0.name != "created" })
        text = (known.choices ?? []).compactMap(\.content).joined(separator: "\n")
        let calls = choices.flatMap { $0["message"]?["tool_calls"]?.items ?? [] }
        let functions = choices.compactMap { $0["message"]?["function_call"] }
        let callsAnything = !calls.isEmpty || !functions.isEmpty
        callsTools = callsAnything && calls.allSatisfy { Self.isWhole($0) } && functions.allSatisfy { Self.isWhole(function: $0) }
        let natural = callsTools ? ["stop", "tool_calls", "function_call"] : ["stop"]
        let reasons = choices.map { $0["finish_reason"]?.string }
        finishReason = reasons.first { reason in !natural.contains { $0 == reason } } ?? "stop"
        // Whatever it says, an answer with a broken call has not come to a natural end.
        if callsAnything, !callsTools, finishReason == "stop" { finishReason = "tool_calls" }
        isRefusal = (known.choices ?? []).contains { $0.refusal?.isEmpty == false }
        invalidFields = finishReason == nil ? [.finishReason] : []
        (usage, invalidFields) = AnswerReader.usage(known.usage, invalidFields)
        (meanTokenProbability, invalidFields) = AnswerReader.meanProbability(first.logprobs, invalidFields)
        if !AnswerReader.isSameModel(asked: model, reported: known.model) { invalidFields.append(.model) }
        isSimulated = saysSimulated || known.systemFingerprint == AnswerReader.simulatorFingerprint
    }

    /// A call that broke off would be kept and fail for everyone; without its id its result cannot be sent back. Tools of other kinds have
    /// an input of their own form.
    private static func isWhole(_ call: JSONTree) -> Bool {
        guard call["id"]?.string?.isEmpty == false else { return false }
        guard let function = call["function"] else { return call["custom"]?["name"]?.string?.isEmpty == false }
        return isWhole(function: function)
    }

    private static func isWhole(function: JSONTree) -> Bool {
        guard function["name"]?.string?.isEmpty == false, let arguments = function["arguments"]?.string else { return false }
        return JSONTree(arguments.utf8) != nil
    }
}
