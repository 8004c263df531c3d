import HearthTelemetry
import Testing

@testable import HearthCache

@Suite("Whose answers: spaces")
struct AnswerSpaceTests {
    private static let acme = Sample.space("acme")

    private static func deriver(namespace: String = "hearth") throws -> KeyDeriver {
        let scope = QuestionScope(
            tenant: namespace, generation: 0, upstream: "https://provider", family: .query, model: "m", systemPrompt: "Be brief.")
        return KeyDeriver(scope: scope, normalizer: Normalizer(rules: try LanguageRuleSet.load()))
    }

    @Test("The standard space's keys are what they were before there were tenants, so that an upgrade finds what is kept")
    func upgrade() throws {
        let question = try Self.deriver().question("Do you sell gift cards?", language: .en)
        #expect(Array(question.form.scope.prefix(14)) == [0, 0, 0, 0, 0, 0, 0, 6] + Array("hearth".utf8))
        let expected = QuestionScope(
            tenant: "hearth", generation: 0, upstream: "https://provider", family: .query, model: "m", systemPrompt: "Be brief."
        ).canonicalBytes(language: .en, normalizerVersion: Normalizer.version)
        #expect(question.form.scope == expected)
    }

    @Test("The same question in two spaces has two keys, and each answer knows its space from its form")
    func spaces() throws {
        let deriver = try Self.deriver()
        let spaces = [.standard, Self.acme, Sample.space("acme.eu"), AnswerSpace(shared: try #require(Tenant("acme")))]
        let questions = spaces.map { deriver.question("Do you sell gift cards?", language: .en, in: $0) }
        #expect(Set(questions.map(\.key)).count == spaces.count)
        #expect(questions.map { AnswerSpace(scope: $0.form.scope) } == spaces)
        // Written twice, it is the same again.
        #expect(deriver.question("do you sell GIFT CARDS", language: .en, in: Self.acme).key == questions[1].key)
    }

    @Test("Conversations of two spaces have two keys")
    func conversations() throws {
        let deriver = ConversationDeriver(
            namespace: "hearth", upstream: "https://provider", normalizer: Normalizer(rules: try LanguageRuleSet.load()))
        let conversation = ConversationDeriver.Conversation(
            family: .chatCompletions, model: "m", fields: [1, 2, 3], userText: "Hi", allowsNormalization: false)
        let questions = [.standard, Self.acme].map { deriver.question(conversation, language: .en, in: $0) }
        #expect(questions[0].key != questions[1].key)
        #expect(questions.map { AnswerSpace(scope: $0.form.scope) } == [.standard, Self.acme])
    }

    @Test("More spaces than are remembered are told apart all the same")
    func manySpaces() throws {
        let deriver = try Self.deriver()
        let keys = (0..<2500).map { deriver.question("Hours?", language: .en, in: Sample.space("t\($0)")).key }
        #expect(Set(keys).count == keys.count)
        #expect(deriver.question("Hours?", language: .en, in: Sample.space("t0")).key == keys[0])
    }

    @Test("No namespace looks like a space of another one, and no tenant like a shared namespace")
    func names() throws {
        #expect(Tenant("shared:acme") == nil && Tenant("ac\0me") == nil)
        #expect(AnswerSpace(name: "shared:acme")?.isShared == true && AnswerSpace(name: "acme")?.tenant == Tenant("acme"))
        for name in ["", "*", "shared:", "shared:shared:a", "A", "a b", "default\0"] { #expect(AnswerSpace(name: name) == nil, "\(name)") }
        let one = try Self.deriver(namespace: "a").question("Hours?", language: .en, in: Sample.space("b")).key
        let other = try Self.deriver(namespace: "ab").question("Hours?", language: .en).key
        #expect(one != other)
    }
}
