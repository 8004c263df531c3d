/// One chat completion of the simulator: what it says and how it is written, whole or in pieces.
struct SimulatedReply: Sendable {
    private let id: String
    private let created: Int64 = 1_700_000_000
    private let model: String
    private let content: String
    private let refusal: String?
    private let finishReason: String
    private let tokens: SimulatedTokens
    private let givesLogprobs: Bool
    private let streamsUsage: Bool
    private let usage: SimulatorBody.Usage?
    /// The call of a tool in place of words.
    private let call: SimulatorBody.ToolCall?
    /// How many choices there are; all of them say the same.
    private let choices: Int

    /// - Parameter earlier: the question of the request before this one.
    init(to request: SimulatorBody.ChatRequest, after earlier: String?, behavior: SimulatorBehavior, seed: UInt64, sequence: Int) {
        let question = request.question
        let full = SimulatedAnswer.text(for: behavior.mode == .swapped ? earlier ?? question : question)
        refusal = behavior.mode == .refusal ? SimulatedAnswer.refusal(for: question) : nil
        content =
            switch behavior.mode {
            case .empty, .refusal: ""
            case _ where request.structure != nil: request.structure ?? full
            // Cut in the middle, as at a limit of tokens.
            case .length: String(full.prefix(full.count / 2))
            case .changing: "\(full) \(sequence)"
            default: full
            }
        call = refusal == nil ? request.calledTool.map { SimulatorBody.ToolCall(name: $0, question: question) } : nil
        choices = min(max(request.n ?? 1, 1), 8)
        finishReason = behavior.mode == .length ? "length" : call == nil ? "stop" : "tool_calls"
        model = request.model ?? "gpt-4o-mini"
        id = "chatcmpl-simulated-\(String(SimulatedTokens.hash(question), radix: 16))-\(sequence)"
        givesLogprobs = request.logprobs == true || behavior.alwaysLogprobs
        tokens = SimulatedTokens(content, isSure: behavior.mode != .lowConfidence, seed: seed, withLogprobs: givesLogprobs)
        streamsUsage = request.streamOptions?.includeUsage == true
        usage =
            switch behavior.mode {
            case .usageNegative: SimulatorBody.Usage(prompt: -5, completion: 1_000_000_000_000)
            case .usageMissing: nil
            default: SimulatorBody.Usage(prompt: request.promptTokens, completion: tokens.tokens.count)
            }
    }

    func completion() -> SimulatorBody.Completion {
        let says = refusal == nil && call == nil
        let message = SimulatorBody.Message(
            role: "assistant", content: says ? content : nil, refusal: refusal, toolCalls: call.map { [$0] })
        let logprobs = givesLogprobs && call == nil ? SimulatorBody.Logprobs(tokens.tokens, tokens.logprobs) : nil
        let all = (0..<choices).map { SimulatorBody.Choice(index: $0, message: message, logprobs: logprobs, finishReason: finishReason) }
        return body("chat.completion", all, usage)
    }

    /// The role, one piece a token, the end, and the usage if it was asked for.
    func chunks() -> [SimulatorBody.Completion] {
        var chunks = (0..<choices).flatMap { pieces(of: $0) }
        if streamsUsage { chunks.append(body("chat.completion.chunk", [], usage)) }
        return chunks
    }

    private func pieces(of index: Int) -> [SimulatorBody.Completion] {
        func piece(
            _ delta: SimulatorBody.Message, logprobs: SimulatorBody.Logprobs? = nil, finishReason: String? = nil
        ) -> SimulatorBody.Completion {
            let choice = SimulatorBody.Choice(index: index, delta: delta, logprobs: logprobs, finishReason: finishReason)
            return body("chat.completion.chunk", [choice], nil)
        }
        if let call {
            let calls = call.pieces.map { piece(SimulatorBody.Message(toolCalls: [$0])) }
            return [piece(SimulatorBody.Message(role: "assistant"))] + calls + [piece(SimulatorBody.Message(), finishReason: finishReason)]
        }
        var chunks = [piece(SimulatorBody.Message(role: "assistant", content: ""))]
        if let refusal { chunks.append(piece(SimulatorBody.Message(refusal: refusal))) }
        for (index, token) in tokens.tokens.enumerated() {
            let logprobs = givesLogprobs ? SimulatorBody.Logprobs([token], [tokens.logprobs[index]]) : nil
            chunks.append(piece(SimulatorBody.Message(content: token), logprobs: logprobs))
        }
        return chunks + [piece(SimulatorBody.Message(), finishReason: finishReason)]
    }

    private func body(_ object: String, _ choices: [SimulatorBody.Choice], _ usage: SimulatorBody.Usage?) -> SimulatorBody.Completion {
        SimulatorBody.Completion(id: id, object: object, created: created, model: model, choices: choices, usage: usage)
    }
}
