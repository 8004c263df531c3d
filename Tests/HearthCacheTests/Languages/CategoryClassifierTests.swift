import HearthCache
import HearthTelemetry
import Testing

@Suite("Categories by rule")
struct CategoryClassifierTests {
    private let classifier: CategoryClassifier

    init() throws {
        classifier = CategoryClassifier(rules: try BuiltInRules.get())
    }

    @Test(
        "A question is recognised by its patterns",
        arguments: [
            (Language.en, "Hello!", ResponseCategory.greeting), (.en, "Hi, how are you?", .greeting), (.en, "thank you", .greeting),
            (.en, "Hi, how much is a cut?", .pricing), (.en, "Any free slots tomorrow?", .availability),
            (.en, "What services do you offer?", .services), (.en, "What time do you close?", .hours), (.en, "Where are you?", .location),
            (.en, "I want to book an appointment", .booking), (.en, "Who wrote Hamlet?", .general),
            (.en, "Do you sell gift cards?", .general),
            (.ru, "Здравствуйте", .greeting), (.ru, "Какая стоимость окрашивания?", .pricing),
            (.ru, "Есть свободные места?", .availability),
            (.ru, "Какие услуги у вас есть?", .services), (.ru, "График работы?", .hours), (.ru, "Где вы находитесь", .location),
            (.ru, "Хочу записаться", .booking), (.ru, "Кто написал Гамлета", .general),
            (.es, "Buenos días", .greeting), (.es, "¿Precios?", .pricing), (.es, "¿Hay hueco hoy?", .availability),
            (.es, "¿Qué servicios ofrecen?", .services), (.es, "¿A qué hora abren?", .hours), (.es, "¿Dónde están?", .location),
            (.es, "Quiero reservar una cita", .booking), (.es, "¿Quién escribió el Quijote?", .general),
            (.pt, "Boa tarde", .greeting), (.pt, "Qual o preço?", .pricing), (.pt, "Tem vaga hoje?", .availability),
            (.pt, "Que serviços vocês fazem?", .services), (.pt, "Que horas abrem?", .hours), (.pt, "Onde fica?", .location),
            (.pt, "Quero agendar", .booking), (.pt, "Quem escreveu Os Lusíadas?", .general),
            (.he, "שלום", .greeting), (.he, "כמה עולה?", .pricing), (.he, "יש תור פנוי?", .availability),
            (.he, "אילו שירותים אתם מציעים", .services), (.he, "מה שעות הפתיחה", .hours), (.he, "איפה אתם", .location),
            (.he, "אני רוצה לקבוע תור", .booking), (.he, "מי כתב את המלט", .general),
        ])
    func category(language: Language, text: String, expected: ResponseCategory) {
        #expect(classifier.classify(text, language: language) == expected)
    }

    @Test("On a tie the category with the shorter lifetime wins")
    func tie() {
        #expect(classifier.classify("where book", language: .en) == .booking)
    }

    @Test("A greeting in front of a question is no greeting, because greetings are kept for ever")
    func greetingWithQuestion() {
        #expect(classifier.classify("Hello, Anna!", language: .en) == .general)
    }
}
