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
struct ChatCompletion: Decodable {
    var model: String?
    var systemFingerprint: String?
    var choices: [Choice]?
    var usage: Usage?
    var hasError: Bool

    struct Choice: Decodable {
        var content: String?
        var refusal: String?
        var finishReason: String?
        /// Nil when there are none; an element is nil where the figure is no number.
        var logprobs: [Double?]?

        enum CodingKeys: String, CodingKey {
            case message, logprobs
            case finishReason = "finish_reason"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            let message = try? values.decode(Message.self, forKey: .message)
            content = message?.content
            refusal = message?.refusal
            finishReason = try? values.decode(String.self, forKey: .finishReason)
            logprobs = (try? values.decode(Logprobs.self, forKey: .logprobs))?.content?.map(\.logprob)
        }
    }

    struct Message: Decodable {
        var content: String?
        var refusal: String?

        enum CodingKeys: CodingKey {
            case content, refusal
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            content = try? values.decode(String.self, forKey: .content)
            refusal = try? values.decode(String.self, forKey: .refusal)
        }
    }

    struct Logprobs: Decodable {
        var content: [Token]?

        struct Token: Decodable {
            var logprob: Double?

            enum CodingKeys: CodingKey {
                case logprob
            }

            init(from decoder: any Decoder) throws {
                logprob = try? decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .logprob)
            }
        }
    }

    struct Usage: Decodable {
        var promptTokens: Double?
        var cachedTokens: Double?
        var completionTokens: Double?

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case promptTokensDetails = "prompt_tokens_details"
        }

        struct PromptTokensDetails: Decodable {
            var cachedTokens: Double?

            enum CodingKeys: String, CodingKey {
                case cachedTokens = "cached_tokens"
            }
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            promptTokens = try? values.decode(Double.self, forKey: .promptTokens)
            completionTokens = try? values.decode(Double.self, forKey: .completionTokens)
            cachedTokens = (try? values.decode(PromptTokensDetails.self, forKey: .promptTokensDetails))?.cachedTokens
        }
    }

    enum CodingKeys: String, CodingKey {
        case model, choices, usage, error
        case systemFingerprint = "system_fingerprint"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        model = try? values.decode(String.self, forKey: .model)
        systemFingerprint = try? values.decode(String.self, forKey: .systemFingerprint)
        choices = try? values.decode([Choice].self, forKey: .choices)
        usage = try? values.decode(Usage.self, forKey: .usage)
        hasError = values.contains(.error) && (try? values.decodeNil(forKey: .error)) != true
    }
}
