/// What the provider is asked: the operator's prompt, the conversation so far and the user's text.
package struct ChatQuestion: Sendable {
    package struct Message: Sendable, Codable, Equatable {
        package enum Role: String, Sendable, Codable {
            case system
            case user
            case assistant
        }

        package var role: Role
        package var content: String

        package init(role: Role, content: String) {
            self.role = role
            self.content = content
        }
    }

    package var systemPrompt: String?
    package var earlierMessages: [Message]
    package var userText: String
    /// The form that the answer must have; nil is words.
    package var responseFormat: JSONTree?

    package init(systemPrompt: String? = nil, earlierMessages: [Message] = [], userText: String, responseFormat: JSONTree? = nil) {
        self.systemPrompt = systemPrompt
        self.earlierMessages = earlierMessages
        self.userText = userText
        self.responseFormat = responseFormat
    }

    /// In the order in which the provider reads them.
    package var messages: [Message] {
        let prompt = systemPrompt.flatMap { $0.isEmpty ? nil : Message(role: .system, content: $0) }
        return (prompt.map { [$0] } ?? []) + earlierMessages + [Message(role: .user, content: userText)]
    }
}
