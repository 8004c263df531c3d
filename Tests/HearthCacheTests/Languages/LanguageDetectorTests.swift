import HearthCache
import HearthTelemetry
import Testing

@Suite("Language detection")
struct LanguageDetectorTests {
    private let detector: LanguageDetector

    init() throws {
        detector = LanguageDetector(rules: try BuiltInRules.get())
    }

    @Test(
        "Short messages are told apart",
        arguments: [
            (Language.en, "hello"), (.en, "thanks"), (.en, "opening hours"), (.en, "haircut price"), (.en, "Where are you?"),
            (.en, "do you take cards"), (.en, "I'd like to book for tomorrow"), (.en, "what is the capital of France"),
            (.en, "nail polish remover"),
            (.ru, "привет"), (.ru, "цена"), (.ru, "Сколько стоит balayage?"), (.ru, "можно завтра?"),
            (.he, "שלום"), (.he, "מחיר"), (.he, "כמה עולה Olaplex?"), (.he, "מתי פתוח"),
            (.es, "hola"), (.es, "gracias"), (.es, "¿cuánto cuesta?"), (.es, "cuanto cuesta un corte"), (.es, "donde estan"),
            (.es, "quiero una cita para mañana"), (.es, "abren los domingos"), (.es, "tienen estacionamiento"),
            (.es, "necesito cambiar mi hora"),
            (.pt, "olá"), (.pt, "obrigada"), (.pt, "quanto custa?"), (.pt, "onde fica"), (.pt, "vocês abrem domingo"),
            (.pt, "quero marcar para amanhã"), (.pt, "preciso mudar meu horario"), (.pt, "tem estacionamento"), (.pt, "voces fazem unhas"),
        ])
    func shortMessage(language: Language, text: String) {
        let detected = detector.detect(text, fallback: language == .he ? .ru : .he)
        #expect(detected.language == language)
        #expect(detected.isDecided)
        #expect((0.5...1).contains(detected.confidence))
    }

    @Test("What does not decide goes to the fallback", arguments: ["", "   ", "12345", "👍", "?!", "日本語"])
    func undecided(_ text: String) {
        let detected = detector.detect(text, fallback: .pt)
        #expect(detected == DetectedLanguage(language: .pt, confidence: 0, isDecided: false))
    }

    @Test("A word that Spanish and Portuguese share goes to the fallback", arguments: [Language.es, .pt, .ru])
    func shared(_ fallback: Language) {
        #expect(detector.detect("uva verde", fallback: fallback).language == fallback)
        #expect(!detector.detect("uva verde", fallback: fallback).isDecided)
    }
}
