import Foundation

/// The body of `POST /chat/completions`, as far as Hearth sends it.
struct ChatCompletionRequest: Encodable {
    var model: String
    var messages: [ChatQuestion.Message]
    var logprobs: Bool?
    var temperature: Double?
    var maxCompletionTokens: Int?

    enum CodingKeys: String, CodingKey {
        case model, messages, logprobs, temperature
        case maxCompletionTokens = "max_completion_tokens"
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        // One order, so that the same question gives the same bytes.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }
}

/// The answer to it, read leniently: a field of the wrong kind counts as missing, so that a provider's oddity in a field that
/// nobody needs does not cost the answer.
struct ChatCompletion {
    var model: String?
    var systemFingerprint: String?
    var choices: [Choice]?
    var usage: Usage?
    var hasError: Bool

    struct Choice {
        var content: String?
        var refusal: String?
        var finishReason: String?
        /// Nil when there are none; an element is nil where the figure is no number.
        var logprobs: [Double?]?

        /// Nil for anything but an object.
        init?(_ tree: JSONTree) {
            guard tree.members != nil else { return nil }
            content = tree["message"]?["content"]?.string
            refusal = tree["message"]?["refusal"]?.string
            finishReason = tree["finish_reason"]?.string
            logprobs = tree["logprobs"]?["content"]?.items?.map { $0["logprob"]?.finite }
        }
    }

    struct Usage {
        var promptTokens: Double?
        var cachedTokens: Double?
        var completionTokens: Double?

        init?(_ tree: JSONTree) {
            guard tree.members != nil else { return nil }
            promptTokens = tree["prompt_tokens"]?.finite
            completionTokens = tree["completion_tokens"]?.finite
            cachedTokens = tree["prompt_tokens_details"]?["cached_tokens"]?.finite
        }
    }

    /// Nil for anything but an object.
    init?(_ tree: JSONTree) {
        guard tree.members != nil else { return nil }
        model = tree["model"]?.string
        systemFingerprint = tree["system_fingerprint"]?.string
        if let items = tree["choices"]?.items {
            let read = items.compactMap(Choice.init)
            choices = read.count == items.count ? read : nil
        }
        usage = tree["usage"].flatMap(Usage.init)
        hasError = tree["error"] != nil
    }
}

extension JSONTree {
    /// A number that a `Double` can hold.
    fileprivate var finite: Double? { double.flatMap { $0.isFinite ? $0 : nil } }
}
