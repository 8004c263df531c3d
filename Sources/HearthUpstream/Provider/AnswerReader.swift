import Foundation
import HearthDrivers

/// Turns a provider's answer with status 200 into a ``ProviderAnswer``, or says why it is none.
///
/// A pure function of the bytes.
struct AnswerReader: Sendable {
    /// Of an answer within an answer; a chat completion itself nests seven levels deep.
    static let maximumDepth = JSONTree.maximumDepth
    /// Names of the built-in simulator, in a header and in the answer.
    static let simulatorHeader = "X-Hearth-Simulated"
    static let simulatorFingerprint = "hearth-simulator"

    var model: String
    var host: String

    func read(_ response: HTTPClientResponse) throws(UpstreamError) -> ProviderAnswer {
        guard Self.isJSON(response.headers["Content-Type"]) else { throw .invalidAnswer("it is not JSON", host: host) }
        guard Self.depth(of: response.body, isAtMost: Self.maximumDepth) else {
            throw .invalidAnswer("its JSON is nested too deeply", host: host)
        }
        guard let completion = JSONTree(response.body).flatMap(ChatCompletion.init) else {
            throw .invalidAnswer("its JSON is broken", host: host)
        }
        guard !completion.hasError else { throw .invalidAnswer("it is an error in place of an answer", host: host) }
        guard let choice = completion.choices?.first else { throw .invalidAnswer("it has no choices", host: host) }
        let refusal = choice.refusal.flatMap { $0.isEmpty ? nil : $0 }
        let content = choice.content ?? ""
        guard refusal != nil || content.contains(where: { !$0.isWhitespace }) else { throw .invalidAnswer("it has no text", host: host) }

        // A refusal is an answer to the caller too; it is only never kept.
        let text = content.isEmpty ? refusal ?? "" : content
        var answer = ProviderAnswer(text: text, finishReason: Self.finishReason(choice.finishReason), model: model, refusal: refusal)
        if choice.finishReason == nil { answer.invalidFields.append(.finishReason) }
        (answer.usage, answer.invalidFields) = Self.usage(completion.usage, answer.invalidFields)
        (answer.meanTokenProbability, answer.invalidFields) = Self.meanProbability(choice.logprobs, answer.invalidFields)
        answer.reportedModel = completion.model.flatMap(Self.modelName)
        if !Self.isSameModel(asked: model, reported: answer.reportedModel) { answer.invalidFields.append(.model) }
        if let structured = Self.structuredAnswer(content) {
            answer.text = structured.text
            answer.statedConfidence = structured.confidence
        }
        answer.isSimulated =
            response.headers[Self.simulatorHeader] == "true" || completion.systemFingerprint == Self.simulatorFingerprint
        return answer
    }
}

extension AnswerReader {
    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        // As most providers write it.
        if contentType == "application/json" { return true }
        let type = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
    }

    /// Whether brackets outside of texts never nest deeper; whether they match is left to the parser.
    static func depth(of json: [UInt8], isAtMost maximum: Int) -> Bool {
        var depth = 0
        var isInText = false
        var isEscaped = false
        for byte in json {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            if depth > maximum { return false }
        }
        return true
    }

    /// Only short lower-case words: the reason becomes a stored field and a log field.
    private static func finishReason(_ text: String?) -> String {
        guard let text, (1...32).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") })
        else { return "unknown" }
        return text
    }

    /// Counts are clamped to 0...``ProviderUsage/maximumTokens``; the fields are noted as invalid when they had to be, or are missing.
    static func usage(
        _ usage: ChatCompletion.Usage?,
        _ fields: [ProviderAnswer.InvalidField]
    ) -> (ProviderUsage?, [ProviderAnswer.InvalidField]) {
        guard let usage, let input = usage.promptTokens, let output = usage.completionTokens else { return (nil, fields + [.usage]) }
        let limit = Double(ProviderUsage.maximumTokens)
        func clamped(_ tokens: Double) -> Int { Int(min(max(tokens.rounded(), 0), limit)) }
        let cached = usage.cachedTokens ?? 0
        let isTrue = [input, output, cached].allSatisfy { (0...limit).contains($0) && $0 == $0.rounded() } && cached <= input
        let clampedInput = clamped(input)
        let result = ProviderUsage(
            inputTokens: clampedInput, cachedInputTokens: min(clamped(cached), clampedInput), outputTokens: clamped(output))
        return (result, isTrue ? fields : fields + [.usage])
    }

    /// The mean of exp(logprob): tokens of -0.1 and -0.3 have 0.905 and 0.741, mean 0.823.
    static func meanProbability(
        _ logprobs: [Double?]?,
        _ fields: [ProviderAnswer.InvalidField]
    ) -> (Double?, [ProviderAnswer.InvalidField]) {
        guard let logprobs, !logprobs.isEmpty else { return (nil, fields) }
        let valid = logprobs.compactMap { $0 }.filter { $0 <= 0 }
        // A probability above one or no number at all: the figures cannot be trusted, and a wrong answer might be kept.
        guard valid.count == logprobs.count else { return (nil, fields + [.logprobs]) }
        return (valid.reduce(0) { $0 + exp($1) } / Double(valid.count), fields)
    }

    private static func modelName(_ text: String) -> String? {
        let isPlain = (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        return isPlain ? text : nil
    }

    /// Providers name dated variants: `gpt-4o-mini` answers as `gpt-4o-mini-2024-07-18`.
    static func isSameModel(asked: String, reported: String?) -> Bool {
        guard let reported else { return false }
        return reported.hasPrefix(asked) || asked.hasPrefix(reported) || asked.hasSuffix("/" + reported)
    }

    private struct StructuredAnswer: Decodable {
        var answer: String?
        var response: String?
        var confidence: Double
    }

    /// A text that is a JSON object with a `confidence` of 0...1 and an `answer` or `response`; any other text is taken as it is.
    private static func structuredAnswer(_ content: String) -> (text: String, confidence: Double)? {
        guard content.first(where: { !$0.isWhitespace }) == "{", depth(of: Array(content.utf8), isAtMost: maximumDepth),
            let value = try? JSONDecoder().decode(StructuredAnswer.self, from: Data(content.utf8)),
            let text = value.answer ?? value.response, text.contains(where: { !$0.isWhitespace }),
            (0...1).contains(value.confidence)
        else { return nil }
        return (text, value.confidence)
    }
}
