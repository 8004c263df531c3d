import HearthCache
import HearthTelemetry
import Testing

@Suite("Refusals")
struct RefusalDetectorTests {
    private let detector: RefusalDetector

    init() throws {
        detector = RefusalDetector(rules: try BuiltInRules.get())
    }

    @Test(
        "An answer that declines is recognised in its language, and in English",
        arguments: [
            (Language.en, "I’m sorry, but I can’t assist with that."), (.en, "As an AI, I have no opinion."),
            (.en, "I am unable to answer."),
            (.ru, "К сожалению, я не могу ответить на этот вопрос."), (.ru, "I cannot help with that request."),
            (.es, "Lo siento, pero no puedo ayudarte con eso."), (.es, "Como modelo de lenguaje, no opino."),
            (.pt, "Desculpe, não posso ajudar com isso."), (.pt, "Como inteligência artificial, não opino."),
            (.he, "אני לא יכול לעזור בזה."), (.he, "כמודל שפה, אין לי דעה."),
        ])
    func refusal(language: Language, text: String) {
        #expect(detector.isRefusal(text, language: language))
    }

    @Test(
        "An answer is no refusal because it says no",
        arguments: [
            (Language.en, "No, we are closed on Sunday."), (.en, "You can't book without a deposit."),
            (.ru, "Нет, мы не работаем в воскресенье."),
            (.es, "No, no abrimos los domingos."), (.pt, "Não, não abrimos aos domingos."), (.he, "לא, אנחנו סגורים בשבת."), (.en, ""),
        ])
    func answer(language: Language, text: String) {
        #expect(!detector.isRefusal(text, language: language))
    }

    @Test("A phrase far behind the beginning is part of an answer")
    func late() {
        let text = String(repeating: "We colour hair with care. ", count: 20) + "I cannot help with nails."
        #expect(!detector.isRefusal(text, language: .en))
    }
}
