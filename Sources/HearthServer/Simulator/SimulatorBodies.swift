/// The bodies that the simulator reads and writes, in the provider's form.
enum SimulatorBody {
    struct ChatRequest: Decodable, Sendable {
        var model: String?
        var messages: [Message]
        var stream: Bool?
        var streamOptions: StreamOptions?
        var logprobs: Bool?
        var n: Int?
        var tools: [Tool]?
        var toolChoice: ToolChoice?
        var responseFormat: ResponseFormat?

        enum CodingKeys: String, CodingKey {
            case model, messages, stream, logprobs, n, tools
            case streamOptions = "stream_options"
            case toolChoice = "tool_choice"
            case responseFormat = "response_format"
        }

        struct StreamOptions: Decodable, Sendable {
            var includeUsage: Bool?

            enum CodingKeys: String, CodingKey {
                case includeUsage = "include_usage"
            }
        }

        /// A message whose content is a text or a list of parts.
        struct Message: Decodable, Sendable {
            var role: String
            var content: String

            enum CodingKeys: CodingKey {
                case role, content
            }

            struct Part: Decodable {
                var text: String?
            }

            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: CodingKeys.self)
                role = try values.decode(String.self, forKey: .role)
                if let text = try? values.decode(String.self, forKey: .content) {
                    content = text
                } else {
                    content = ((try? values.decode([Part].self, forKey: .content)) ?? []).compactMap(\.text).joined(separator: "\n")
                }
            }
        }

        /// The last text of the user.
        var question: String { messages.last { $0.role == "user" }?.content ?? "" }
        var promptTokens: Int { messages.reduce(0) { $0 + SimulatedTokens.count(in: $1.content) + 4 } }
    }

    struct Completion: Encodable {
        var id: String
        var object: String
        var created: Int64
        var model: String
        var systemFingerprint = "hearth-simulator"
        var choices: [Choice]
        var usage: Usage?

        enum CodingKeys: String, CodingKey {
            case id, object, created, model, choices, usage
            case systemFingerprint = "system_fingerprint"
        }
    }

    struct Choice: Encodable {
        var index = 0
        /// For a complete answer.
        var message: Message?
        /// For a piece of a stream.
        var delta: Message?
        var logprobs: Logprobs?
        var finishReason: String?

        enum CodingKeys: String, CodingKey {
            case index, message, delta, logprobs
            case finishReason = "finish_reason"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(index, forKey: .index)
            try values.encodeIfPresent(message, forKey: .message)
            try values.encodeIfPresent(delta, forKey: .delta)
            // Providers write null where there is none.
            try values.encode(logprobs, forKey: .logprobs)
            try values.encode(finishReason, forKey: .finishReason)
        }
    }

    struct Message: Encodable {
        var role: String?
        var content: String?
        var refusal: String?
        var toolCalls: [ToolCall]?

        enum CodingKeys: String, CodingKey {
            case role, content, refusal
            case toolCalls = "tool_calls"
        }
    }

    struct Logprobs: Encodable {
        var content: [Token]

        struct Token: Encodable {
            var token: String
            var logprob: Double
            var bytes: [UInt8]
            var topLogprobs: [Double] = []

            enum CodingKeys: String, CodingKey {
                case token, logprob, bytes
                case topLogprobs = "top_logprobs"
            }
        }

        init(_ tokens: [String], _ logprobs: [Double]) {
            content = zip(tokens, logprobs).map { Token(token: $0, logprob: $1, bytes: Array($0.utf8)) }
        }
    }

    struct Usage: Encodable {
        var promptTokens: Int
        var completionTokens: Int
        var totalTokens: Int

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case totalTokens = "total_tokens"
        }

        init(prompt: Int, completion: Int) {
            promptTokens = prompt
            completionTokens = completion
            totalTokens = prompt + completion
        }
    }

    struct Failure: Encodable {
        var error: Contents

        struct Contents: Encodable {
            var message: String
            var type: String
            var param: String?
            var code: String?
        }

        init(_ message: String, type: String, code: String? = nil) {
            error = Contents(message: message, type: type, code: code)
        }
    }

    struct EmbeddingRequest: Decodable {
        var model: String?
        var input: [String]
        var dimensions: Int?

        enum CodingKeys: CodingKey {
            case model, input, dimensions
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            model = try values.decodeIfPresent(String.self, forKey: .model)
            dimensions = try values.decodeIfPresent(Int.self, forKey: .dimensions)
            if let text = try? values.decode(String.self, forKey: .input) {
                input = [text]
            } else {
                input = try values.decode([String].self, forKey: .input)
            }
        }
    }

    struct Embeddings: Encodable {
        var object = "list"
        var data: [Vector]
        var model: String
        var usage: EmbeddingUsage

        struct Vector: Encodable {
            var object = "embedding"
            var index: Int
            var embedding: [Double]
        }

        struct EmbeddingUsage: Encodable {
            var promptTokens: Int
            var totalTokens: Int

            enum CodingKeys: String, CodingKey {
                case promptTokens = "prompt_tokens"
                case totalTokens = "total_tokens"
            }
        }
    }

    struct ModelList: Encodable {
        var object = "list"
        var data: [Model]
    }

    struct Model: Encodable {
        var id: String
        var object = "model"
        var created: Int64 = 1_700_000_000
        var ownedBy = "hearth-simulator"

        enum CodingKeys: String, CodingKey {
            case id, object, created
            case ownedBy = "owned_by"
        }
    }
}
