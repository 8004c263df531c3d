/// Tools and structured answers, as far as the simulator knows them.
extension SimulatorBody {
    /// A tool that the caller offers.
    struct Tool: Decodable, Sendable {
        var function: Function?

        struct Function: Decodable, Sendable {
            var name: String
        }
    }

    /// A word, or the tool that must be called.
    struct ToolChoice: Decodable, Sendable {
        var word: String?
        var function: Tool.Function?

        enum CodingKeys: CodingKey {
            case function
        }

        init(from decoder: any Decoder) throws {
            word = try? decoder.singleValueContainer().decode(String.self)
            function = try? decoder.container(keyedBy: CodingKeys.self).decode(Tool.Function.self, forKey: .function)
        }
    }

    struct ResponseFormat: Decodable, Sendable {
        var type: String
        var jsonSchema: Named?

        struct Named: Decodable, Sendable {
            var schema: JSONValue
        }

        enum CodingKeys: String, CodingKey {
            case type
            case jsonSchema = "json_schema"
        }
    }

    /// A call of a tool, whole or a piece of one.
    struct ToolCall: Encodable, Sendable {
        /// Only in pieces.
        var index: Int?
        var id: String?
        var type: String?
        var function: Function

        struct Function: Encodable, Sendable {
            var name: String?
            var arguments: String
        }

        /// The argument quotes the question, so that an answer which reaches another question can be seen at once.
        init(name: String, question: String) {
            id = "call_\(String(SimulatedTokens.hash(name + question), radix: 16))"
            type = "function"
            let arguments = String(decoding: JSONBody.encode(["question": question]), as: UTF8.self)
            function = Function(name: name, arguments: arguments)
        }

        private init(_ arguments: String) {
            index = 0
            function = Function(arguments: arguments)
        }

        /// The name, then the arguments in two halves.
        var pieces: [ToolCall] {
            var first = self
            first.index = 0
            first.function.arguments = ""
            let half = function.arguments.index(function.arguments.startIndex, offsetBy: function.arguments.count / 2)
            return [first, ToolCall(String(function.arguments[..<half])), ToolCall(String(function.arguments[half...]))]
        }
    }
}

extension SimulatorBody.ChatRequest {
    /// The tool that is called: the one that must be, or the first, when the user had the last word.
    var calledTool: String? {
        if let forced = toolChoice?.function?.name { return forced }
        guard toolChoice?.word != "none", messages.last?.role == "user" else { return nil }
        return tools?.lazy.compactMap(\.function?.name).first
    }

    /// A made-up answer of the form that the caller asks for; nil where words will do.
    var structure: String? {
        switch responseFormat?.type {
        case "json_schema": responseFormat?.jsonSchema.map { String(decoding: JSONBody.encode(sample(of: $0.schema)), as: UTF8.self) }
        case "json_object": String(decoding: JSONBody.encode(["answer": SimulatedAnswer.text(for: question)]), as: UTF8.self)
        default: nil
        }
    }

    /// Of several words the one that the question names, so that a test can choose it; else the first.
    private func sample(of schema: JSONValue, named name: String = "") -> JSONValue {
        guard case .object(let members) = schema else { return .null }
        if case .array(let values) = members["enum"], let first = values.first {
            let words = Set(question.lowercased().split { !$0.isLetter }.map(String.init))
            return values.first { $0.string.map(words.contains) == true } ?? first
        }
        switch members["type"]?.string {
        case "object":
            guard case .object(let properties) = members["properties"] else { return .object([:]) }
            return .object(Dictionary(uniqueKeysWithValues: properties.map { ($0, sample(of: $1, named: $0)) }))
        case "array": return .array(members["items"].map { [sample(of: $0)] } ?? [])
        case "string": return .string("a simulated answer")
        case "integer": return .number(7)
        case "number": return .number(name == "confidence" ? 0.9 : 0.5)
        case "boolean": return .bool(true)
        default: return .null
        }
    }
}
