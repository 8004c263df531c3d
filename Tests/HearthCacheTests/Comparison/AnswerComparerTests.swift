import HearthTelemetry
import Testing

@testable import HearthCache

@Suite("Comparing two answers to one question by their form")
struct AnswerComparerTests {
    enum Expected: Sendable, Equatable {
        case equal
        case alike
        case different(AnswerComparison.Difference)
        case doubtful(AnswerComparison.Difference)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var language: Language
        var first: String
        var second: String
        var expected: Expected
        var testDescription: String { "\(language.rawValue): \(first) | \(second)" }

        init(_ language: Language, _ first: String, _ second: String, _ expected: Expected) {
            (self.language, self.first, self.second, self.expected) = (language, first, second, expected)
        }
    }

    static let equal = [
        Case(.en, "Yes, we sell gift cards.", "yes we sell gift cards", .equal),
        Case(.ru, "Да, мы продаём подарочные карты.", "Да, мы продаем подарочные карты!", .equal),
        Case(.es, "Sí, vendemos tarjetas de regalo.", "¡Sí, vendemos tarjetas de regalo!", .equal),
        Case(.pt, "Sim, vendemos cartões-presente.", "Sim, vendemos cartões presente", .equal),
        Case(.he, "כן, אנחנו מוכרים כרטיסי מתנה.", "כן אנחנו מוכרים כרטיסי מתנה", .equal),
        Case(.en, "", "", .equal),
    ]

    static let alike = [
        Case(.en, "Our salon sells gift cards at the front desk.", "The salon sells gift cards at our front desk.", .alike),
        Case(.en, "A haircut costs $1,000.00 and takes two hours.", "Haircut costs $1000 and it takes two hours.", .alike),
        Case(.en, "We open at 09:00 and close at 18:00 every day.", "We open at 9 and close at 18 every day!", .alike),
        Case(.en, "A haircut costs 35 € for everyone in our salon.", "Haircut costs 35 € for everyone in the salon.", .alike),
        Case(.ru, "Стрижка стоит 1 500 рублей для всех наших гостей.", "Стрижка стоит 1500 рублей для всех гостей.", .alike),
        Case(.es, "Un corte de pelo cuesta 20 euros en nuestro salón.", "El corte de pelo cuesta 20 euros en el salón.", .alike),
        Case(.pt, "O corte de cabelo custa 20 euros no nosso salão.", "Corte de cabelo custa 20 euros no salão.", .alike),
        Case(.he, "תספורת עולה 80 שקלים אצלנו במספרה בעיר", "תספורת עולה 80 שקלים אצלנו במספרה היפה בעיר", .alike),
        Case(.en, "We accept cards, cash and vouchers", "We accept cash, cards and vouchers", .alike),
        Case(.en, "We do not currently sell any gift cards in the salon", "We don't sell any gift cards currently in the salon", .alike),
    ]

    static let different = [
        Case(
            .en, "A haircut costs $35 for everyone in our nice salon.", "A haircut costs $36 for everyone in our nice salon.",
            .different(.numbers)),
        Case(
            .en, "A haircut costs $35 for everyone in our nice salon.", "A haircut costs €35 for everyone in our nice salon.",
            .different(.numbers)),
        Case(
            .en, "We open at 10:30 on every working day of the week.", "We open at 1:30 on every working day of the week.",
            .different(.numbers)),
        Case(
            .en, "We open at 9, and the bus stop is close to us.", "We open early, and the bus stop is close to us.", .different(.numbers)),
        Case(
            .ru, "Стрижка стоит 1500 рублей для всех гостей салона.", "Стрижка стоит 1600 рублей для всех гостей салона.",
            .different(.numbers)),
        Case(
            .es, "El corte de pelo cuesta 20,50 euros en el salón.", "El corte de pelo cuesta 20,55 euros en el salón.",
            .different(.numbers)),
        Case(.pt, "Abrimos às 9h e fechamos às 18h todos os dias.", "Abrimos às 9h e fechamos às 19h todos os dias.", .different(.numbers)),
        Case(.he, "תספורת עולה 80 שקלים אצלנו במספרה בעיר", "תספורת עולה 90 שקלים אצלנו במספרה בעיר", .different(.numbers)),
        Case(.en, "Yes, we are open now.", "", .different(.empty)),
        Case(
            .en, "It is -5 degrees in our ice cave all the year round.", "It is 5 degrees in our ice cave all the year round.",
            .different(.numbers)),
    ]

    static let doubtful = [
        // Negations.
        Case(
            .en, "We do work on request for all of our good guests.", "We do not work on request for all of our good guests.",
            .doubtful(.negation)),
        Case(
            .ru, "Мы работаем с собаками и кошками наших гостей.", "Мы не работаем с собаками и кошками наших гостей.", .doubtful(.negation)
        ),
        Case(
            .es, "Vendemos tarjetas de regalo en todos los salones.", "No vendemos tarjetas de regalo en todos los salones.",
            .doubtful(.negation)),
        Case(
            .pt, "Vendemos cartões presente em todos os salões.", "Não vendemos cartões presente em todos os salões.", .doubtful(.negation)),
        Case(.he, "אנחנו מוכרים כרטיסי מתנה בכל הסניפים", "אנחנו לא מוכרים כרטיסי מתנה בכל הסניפים", .doubtful(.negation)),
        Case(
            .en, "We do not sell cards but we book flights for you.", "We sell cards but we do not book flights for you.",
            .doubtful(.negation)),
        Case(.en, "Yes, gift cards are sold at our airport shop.", "No, gift cards are sold at our airport shop.", .doubtful(.negation)),
        // Numbers and dates as words, what stands behind a number, and who comes first.
        Case(
            .en, "The whole treatment in our salon takes two hours.", "The whole treatment in our salon takes three hours.",
            .doubtful(.numberWords)),
        Case(
            .ru, "Вся процедура у нас в салоне занимает два часа.", "Вся процедура у нас в салоне занимает три часа.",
            .doubtful(.numberWords)),
        Case(.en, "Our salon is closed on Sunday.", "Our salon is closed on Sunday and Monday.", .doubtful(.dates)),
        Case(.es, "El salón está cerrado los lunes por la tarde.", "El salón está cerrado los martes por la tarde.", .doubtful(.dates)),
        Case(
            .en, "We open at 10 am on every working day of the week.", "We open at 10 pm on every working day of the week.",
            .doubtful(.units)),
        Case(
            .en, "We open at 10am on every working day of the week.", "We open at 10pm on every working day of the week.", .doubtful(.units)
        ),
        Case(.en, "It takes 30 minutes in our salon by the sea.", "It takes 30 hours in our salon by the sea.", .doubtful(.units)),
        Case(.en, "A haircut costs 30, a colouring costs 80.", "A haircut costs 80, a colouring costs 30.", .doubtful(.order)),
        Case(.en, "Anna pays Maria", "Maria pays Anna", .doubtful(.order)),
        // Other words.
        Case(.en, "Our address is in the old harbour.", "We are beside the castle on the hill.", .doubtful(.words)),
        Case(.ru, "Мы находимся в старой гавани.", "Наш салон стоит у замка на холме.", .doubtful(.words)),
        Case(.he, "אנחנו נמצאים בנמל הישן", "הסלון שלנו עומד ליד הטירה", .doubtful(.words)),
    ]

    @Test("Each pair has its finding, and the same the other way round", arguments: equal + alike + different + doubtful)
    func findings(pair: Case) throws {
        let comparer = AnswerComparer(rules: try BuiltInRules.get(), minimumOverlap: 0.8)
        for (first, second) in [(pair.first, pair.second), (pair.second, pair.first)] {
            let found = comparer.compare(first, second, language: pair.language)
            #expect(Self.kind(of: found) == pair.expected, "\(found)")
        }
    }

    @Test("The overlap is F1 of the words without articles")
    func overlap() throws {
        let comparer = AnswerComparer(rules: try BuiltInRules.get(), minimumOverlap: 0.8)
        let found = comparer.compare("The red green blue", "A red green white", language: .en)
        #expect(found == .doubtful(.words, overlap: 2.0 * 2 / 6))
    }

    @Test("Any text is compared, in any language", arguments: Language.allCases)
    func total(language: Language) throws {
        let comparer = AnswerComparer(rules: try BuiltInRules.get(), minimumOverlap: 0.8)
        let texts = [
            "", " ", "…", "👍", "👎", "\u{FE0F}\u{200B}", "--", "1", "1..2", "-", ".5.", "1,,,2", ":::", "9-", "$-", "½", "\u{0}",
            String(repeating: "7, ", count: 500), String(repeating: "не ", count: 500),
        ]
        for first in texts {
            #expect(comparer.compare(first, first, language: language) == .equal)
            for second in texts { _ = comparer.compare(first, second, language: language) }
        }
        #expect(comparer.compare("👍", "👎", language: language) != .equal)
    }

    private static func kind(of found: AnswerComparison) -> Expected {
        switch found {
        case .equal: .equal
        case .alike: .alike
        case .different(let difference): .different(difference)
        case .doubtful(let difference, _): .doubtful(difference)
        }
    }
}
