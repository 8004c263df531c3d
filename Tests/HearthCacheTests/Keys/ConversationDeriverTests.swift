import HearthTelemetry
import Testing

@testable import HearthCache

@Suite("Keys of conversations")
struct ConversationDeriverTests {
    /// More than the beginning that tells the category, about nothing in particular.
    private static let document = String(repeating: "Lorem ipsum dolor sit amet. ", count: 40)

    private static func question(_ text: String, allowsNormalization: Bool = false) throws -> IdentifiedQuestion {
        let deriver = ConversationDeriver(
            namespace: "hearth", upstream: "https://provider", normalizer: Normalizer(rules: try LanguageRuleSet.load()))
        let conversation = ConversationDeriver.Conversation(
            family: .chatCompletions, model: "m", fields: [1, 2, 3], userText: text, allowsNormalization: allowsNormalization)
        return deriver.question(conversation, language: .en)
    }

    @Test("The beginning of a text that counts letter by letter tells its category; the rest is not looked at for it")
    func category() throws {
        #expect(try Self.question("Hi, how much is a cut?").normalized.category == .pricing)
        #expect(try Self.question("Hi, how much is a cut? " + Self.document).normalized.category == .pricing)
        #expect(try Self.question(Self.document + "Hi, how much is a cut?").normalized.category == .general)
    }

    @Test("The key is that of every letter, however long the text is")
    func letters() throws {
        let keys = try [Self.document, Self.document + "a", Self.document + "b", Self.document + "A"].map { try Self.question($0).key }
        #expect(Set(keys).count == keys.count)
        #expect(try Self.question(Self.document).normalized.isExact)
        #expect(try Self.question(Self.document).normalized.text == String(Self.document.prefix(500)))
    }

    @Test("Where forms of the same words share an answer, the whole text is normalised")
    func normalized() throws {
        let long = Self.document + "How much is a cut?"
        let first = try Self.question(long, allowsNormalization: true)
        #expect(!first.normalized.isExact && first.normalized.category == .pricing)
        #expect(try Self.question(long.lowercased(), allowsNormalization: true).key == first.key)
        #expect(try Self.question(long + " x", allowsNormalization: true).key != first.key)
    }
}
