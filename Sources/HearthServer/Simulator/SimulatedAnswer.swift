import HearthTelemetry

/// The text that the simulator answers with: always the same for the same question, always named as simulated.
///
/// It quotes the question, so that an answer which reaches another question can be seen at once.
enum SimulatedAnswer {
    /// Longer questions are cut in the quotation.
    static let maximumQuotedCharacters = 1000

    static func text(for question: String) -> String {
        let folded = fold(question)
        if let known = known.first(where: { $0.questions.contains(folded) }) { return "\(known.answer) \(marker(known.language))" }
        let language = language(of: question, folded: folded)
        let quoted = String(question.prefix(maximumQuotedCharacters))
        let sentence =
            switch language {
            case .en: "Here is an invented reply to “\(quoted)”."
            case .ru: "Вот придуманный ответ на вопрос «\(quoted)»."
            case .es: "Aquí va una respuesta inventada a «\(quoted)»."
            case .pt: "Aqui está uma resposta inventada a “\(quoted)”."
            case .he: "הנה תשובה מומצאת לשאלה ”\(quoted)“."
            }
        return "\(sentence) \(marker(language))"
    }

    static func refusal(for question: String) -> String {
        let language = language(of: question, folded: fold(question))
        let sentence =
            switch language {
            case .en: "I'm sorry, but I can't help with that."
            case .ru: "Извините, я не могу с этим помочь."
            case .es: "Lo siento, no puedo ayudar con eso."
            case .pt: "Desculpe, não posso ajudar com isso."
            case .he: "מצטער, אני לא יכול לעזור בזה."
            }
        return "\(sentence) \(marker(language))"
    }

    static func marker(_ language: Language) -> String {
        switch language {
        case .en: "(simulated answer)"
        case .ru: "(смоделированный ответ)"
        case .es: "(respuesta simulada)"
        case .pt: "(resposta simulada)"
        case .he: "(תשובה מדומה)"
        }
    }

    /// A rough guess, good enough to choose the language of an invented sentence: by script, then by frequent words.
    private static func language(of text: String, folded: String) -> Language {
        var scores = [Language: Int]()
        for scalar in text.unicodeScalars where scalar.value >= 0x80 {
            if (0x0590...0x05ff).contains(scalar.value) { return .he }
            if (0x0400...0x04ff).contains(scalar.value) { return .ru }
            if "¿¡ñ".unicodeScalars.contains(scalar) { scores[.es, default: 0] += 3 }
            if "ãõç".unicodeScalars.contains(scalar) { scores[.pt, default: 0] += 3 }
        }
        for word in folded.split(separator: " ") {
            if spanishWords.contains(word) { scores[.es, default: 0] += 1 }
            if portugueseWords.contains(word) { scores[.pt, default: 0] += 1 }
            if englishWords.contains(word) { scores[.en, default: 0] += 1 }
        }
        let (english, spanish, portuguese) = (scores[.en] ?? 0, scores[.es] ?? 0, scores[.pt] ?? 0)
        if english >= max(spanish, portuguese) { return .en }
        return spanish >= portuguese ? .es : .pt
    }

    /// Lower case, letters and digits only, one space between words.
    private static func fold(_ text: String) -> String {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    private static let known: [(language: Language, questions: Set<String>, answer: String)] = [
        (.en, ["do you sell gift cards", "do you have gift cards"], "Yes, we sell gift cards."),
        (
            .ru, ["вы продаёте подарочные карты", "вы продаете подарочные карты", "у вас есть подарочные карты"],
            "Да, мы продаём подарочные карты."
        ),
        (
            .es, ["venden tarjetas de regalo", "vendéis tarjetas de regalo", "tienen tarjetas de regalo"],
            "Sí, vendemos tarjetas de regalo."
        ),
        (.pt, ["vocês vendem cartões presente", "vocês têm cartões presente"], "Sim, vendemos cartões-presente."),
        (.he, ["האם אתם מוכרים כרטיסי מתנה", "אתם מוכרים כרטיסי מתנה"], "כן, אנחנו מוכרים כרטיסי מתנה."),
    ]

    private static let englishWords: Set<Substring> = [
        "an", "the", "is", "are", "do", "does", "you", "your", "how", "what", "when", "where", "which", "can", "i", "my", "much", "many",
        "cost", "have", "open", "to", "for", "in", "on", "at", "of", "and", "with",
    ]
    private static let spanishWords: Set<Substring> = [
        "el", "los", "las", "una", "qué", "cómo", "cuánto", "cuánta", "cuándo", "dónde", "cuesta", "hay", "hola", "gracias", "tienen",
        "usted",
        "ustedes", "puedo", "para", "con", "horario", "precio", "está", "es", "venden", "abren", "y",
    ]
    private static let portugueseWords: Set<Substring> = [
        "o", "os", "uma", "um", "qual", "quanto", "quanta", "quando", "onde", "custa", "há", "olá", "oi", "obrigado", "obrigada", "têm",
        "tem",
        "você", "vocês", "posso", "para", "com", "horário", "preço", "é", "vendem", "abrem", "e", "em", "do", "da",
    ]
}

/// Tokens and figures of a simulated answer, the same for the same text and seed.
struct SimulatedTokens: Sendable {
    /// Words with the space before them; a real tokenizer would cut finer.
    let tokens: [String]
    /// Natural logarithms of the tokens' probabilities; empty where they are not wanted, since they take a while.
    let logprobs: [Double]

    /// - Parameter isSure: probabilities of 0.85 to 0.99, else 0.15 to 0.45.
    init(_ text: String, isSure: Bool, seed: UInt64, withLogprobs: Bool) {
        var tokens: [String] = []
        for (position, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            tokens.append(position == 0 ? String(word) : " " + word)
        }
        self.tokens = tokens
        guard withLogprobs else {
            logprobs = []
            return
        }
        var dice = SplitMix64(seed: seed ^ Self.hash(text))
        logprobs = tokens.map { _ in
            let unit = Double(dice.next() >> 11) / Double(1 << 53)
            return Self.naturalLogarithm(isSure ? 0.85 + 0.14 * unit : 0.15 + 0.3 * unit)
        }
    }

    /// A quarter of a token per byte, as a rule of thumb.
    static func count(in text: String) -> Int { max(1, text.utf8.count / 4) }

    /// FNV-1a, 64 bits.
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    /// ln(x) for 0 < x < 1 by the series of 2·artanh((x−1)/(x+1)): ln 0.9 = −0.10536.
    private static func naturalLogarithm(_ value: Double) -> Double {
        let ratio = (value - 1) / (value + 1)
        var power = ratio
        var sum = 0.0
        for odd in stride(from: 1.0, through: 61.0, by: 2.0) {
            sum += power / odd
            power *= ratio * ratio
        }
        return 2 * sum
    }
}
