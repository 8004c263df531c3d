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

    /// - Parameter earlier: the question of the request before this one.
    init(to request: SimulatorBody.ChatRequest, after earlier: String?, behavior: SimulatorBehavior, seed: UInt64, sequence: Int) {
        let question = request.question
        let full = SimulatedAnswer.text(for: behavior.mode == .swapped ? earlier ?? question : question)
        refusal = behavior.mode == .refusal ? SimulatedAnswer.refusal(for: question) : nil
        content =
            switch behavior.mode {
            case .empty, .refusal: ""
            // Cut in the middle, as at a limit of tokens.
            case .length: String(full.prefix(full.count / 2))
            case .changing: "\(full) \(sequence)"
            default: full
            }
        finishReason = behavior.mode == .length ? "length" : "stop"
        model = request.model ?? "gpt-4o-mini"
        id = "chatcmpl-simulated-\(String(SimulatedTokens.hash(question), radix: 16))-\(sequence)"
        tokens = SimulatedTokens(content, isSure: behavior.mode != .lowConfidence, seed: seed)
        givesLogprobs = request.logprobs == true || behavior.alwaysLogprobs
        streamsUsage = request.streamOptions?.includeUsage == true
        usage =
            switch behavior.mode {
            case .usageNegative: SimulatorBody.Usage(prompt: -5, completion: 1_000_000_000_000)
            case .usageMissing: nil
            default: SimulatorBody.Usage(prompt: request.promptTokens, completion: tokens.tokens.count)
            }
    }

    func completion() -> SimulatorBody.Completion {
        let message = SimulatorBody.Message(role: "assistant", content: refusal == nil ? content : nil, refusal: refusal)
        let logprobs = givesLogprobs ? SimulatorBody.Logprobs(tokens.tokens, tokens.logprobs) : nil
        let choice = SimulatorBody.Choice(message: message, logprobs: logprobs, finishReason: finishReason)
        return body("chat.completion", [choice], usage)
    }

    /// The role, one piece a token, the end, and the usage if it was asked for.
    func chunks() -> [SimulatorBody.Completion] {
        var chunks = [piece(SimulatorBody.Message(role: "assistant", content: ""))]
        if let refusal { chunks.append(piece(SimulatorBody.Message(refusal: refusal))) }
        for (token, logprob) in zip(tokens.tokens, tokens.logprobs) {
            let logprobs = givesLogprobs ? SimulatorBody.Logprobs([token], [logprob]) : nil
            chunks.append(piece(SimulatorBody.Message(content: token), logprobs: logprobs))
        }
        chunks.append(piece(SimulatorBody.Message(), finishReason: finishReason))
        if streamsUsage { chunks.append(body("chat.completion.chunk", [], usage)) }
        return chunks
    }

    private func piece(
        _ delta: SimulatorBody.Message,
        logprobs: SimulatorBody.Logprobs? = nil,
        finishReason: String? = nil
    ) -> SimulatorBody.Completion {
        body("chat.completion.chunk", [SimulatorBody.Choice(delta: delta, logprobs: logprobs, finishReason: finishReason)], nil)
    }

    private func body(_ object: String, _ choices: [SimulatorBody.Choice], _ usage: SimulatorBody.Usage?) -> SimulatorBody.Completion {
        SimulatorBody.Completion(id: id, object: object, created: created, model: model, choices: choices, usage: usage)
    }
}
