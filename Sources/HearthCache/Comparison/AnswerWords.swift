/// The words of an answer, and those among them that turn its meaning.
struct AnswerWords {
    /// How many words behind a negation say what it denies.
    private static let negationReach = 2

    /// How often each word occurs; articles are left out, numbers stand in one form.
    private(set) var words: [String: Int] = [:]
    /// How often each pair of neighbouring words occurs.
    private(set) var pairs: [String: Int] = [:]
    private(set) var numbers: Set<String> = []
    /// Currency and per cent signs.
    private(set) var signs: Set<String> = []
    private(set) var numberWords: Set<String> = []
    private(set) var dates: Set<String> = []
    /// Numbers and dates in the order in which they first occur.
    private(set) var order: [String] = []
    /// The words behind each number.
    private(set) var followers: [String: Set<String>] = [:]
    /// For each negation the words behind it.
    private(set) var negations: [[String]] = []

    private var lastWord: String?
    /// The number that the next word may be the unit of.
    private var openNumber: String?

    var isEmpty: Bool { words.isEmpty }

    /// Nil for texts with characters that hide something.
    init?(_ text: String, _ rules: LanguageRules) {
        // Invisible characters do not matter here: the answer is taken as it reads.
        let visible = String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }))
        let folded = FoldedText(CompatibilityForm.make(visible) ?? visible, table: .shared, isCompatibilityForm: true)
        guard folded.outcome == .folded else { return nil }
        let tokenizer = rules.tokenize(folded)
        let tokens = tokenizer.tokens.filter { !$0.roles.contains(.article) && !$0.traits.contains(.bareHyphen) }
        let texts = tokens.map { String(decoding: tokenizer.bytes[$0.range], as: UTF8.self) }
        var index = 0
        while index < tokens.count {
            if tokens[index].traits.contains(.breakBefore) { openNumber = nil }
            if tokens[index].traits.contains(.hasDigit) {
                index = readNumber(tokens, texts, at: index)
            } else {
                readWord(tokens, texts, at: index)
                index += 1
            }
        }
    }

    private mutating func readWord(_ tokens: [Token], _ texts: [String], at index: Int) {
        let (token, text) = (tokens[index], texts[index])
        if Self.isSign(text) {
            signs.insert(text)
            return add(text)
        }
        if let number = openNumber, !token.traits.contains(.bareSign) { followers[number, default: []].insert(text) }
        openNumber = nil
        if token.roles.contains(.date) {
            if dates.insert(text).inserted { order.append(text) }
        } else if token.roles.contains(.number) {
            numberWords.insert(text)
            openNumber = text
        }
        if token.roles.contains(.negation) { negations.append(Self.denied(tokens, texts, behind: index)) }
        add(text)
    }

    /// Reads a word with digits, and the groups of three digits that go on behind a space: 1 500. Returns the index behind it.
    private mutating func readNumber(_ tokens: [Token], _ texts: [String], at index: Int) -> Int {
        var text = texts[index]
        var next = index + 1
        if text.utf8.count <= 3, Self.isDigits(text) {
            while next < tokens.count, texts[next].utf8.count == 3, Self.isDigits(texts[next]),
                !tokens[next].traits.contains(.breakBefore)
            {
                text += texts[next]
                next += 1
            }
        }
        for part in WrittenNumber.parts(of: text) {
            switch part {
            case .number(let number):
                if numbers.insert(number).inserted { order.append(number) }
                add(number)
                openNumber = number
            case .other(let word):
                if Self.isSign(word) {
                    signs.insert(word)
                } else if let number = openNumber {
                    followers[number, default: []].insert(word)
                    openNumber = nil
                }
                add(word)
            }
        }
        return next
    }

    private mutating func add(_ word: String) {
        words[word, default: 0] += 1
        if let lastWord { pairs[lastWord + " " + word, default: 0] += 1 }
        lastWord = word
    }

    private static func denied(_ tokens: [Token], _ texts: [String], behind index: Int) -> [String] {
        var denied: [String] = []
        for next in tokens.indices.dropFirst(index + 1).prefix(negationReach) {
            if tokens[next].traits.contains(.breakBefore) { break }
            denied.append(texts[next])
        }
        return denied
    }

    private static func isDigits(_ text: String) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isSign(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "%" || $0 == "‰" || $0.properties.generalCategory == .currencySymbol }
    }
}
