package import HearthTelemetry

/// Tells the language of a message of a few words: by script first, then by frequent words and letter triples.
///
/// The model is counted at start, in a few milliseconds, from text of our own (``LanguageSample``); no foreign model is used.
package struct LanguageDetector: Sendable {
    /// The languages that share the Latin script, in the order of the scores.
    private static let latin: [Language] = [.en, .es, .pt]
    /// What a frequent word that only one of the languages has is worth, in units of log probability.
    private static let wordWeight: Float = 3
    private static let letterWeight: Float = 4
    /// Letter triples overlap, so their sum overstates what they know.
    private static let tripleWeight: Float = 0.5
    private static let leastConfidence = 0.65
    /// Spanish and Portuguese share so many words ("uva verde") that a slight lean between them decides nothing.
    private static let leastSiblingConfidence = 0.88
    private static let siblings: Set<Language> = [.es, .pt]
    /// Longer texts are judged by their beginning; more changes nothing.
    private static let mostScalars = 400
    /// Hardly any word is longer.
    private static let usualLetters = 24

    private let table = ScalarTable.shared
    private let triples: LetterTriples
    /// Frequent words as scalars, with a mask of the languages that have them.
    private let functionWords: [[UInt32]: UInt8]
    private let tellingLetters: [UInt32: UInt8]

    package init(rules: LanguageRuleSet) {
        var words: [[UInt32]: UInt8] = [:]
        var letters: [UInt32: UInt8] = [:]
        var samples: [[[UInt32]]] = []
        for (index, language) in Self.latin.enumerated() {
            let bit = UInt8(1 << index)
            for word in rules[language].functionWords {
                for form in Self.forms(word) { words[form, default: 0] |= bit }
            }
            for letter in rules[language].tellingLetters { letters[letter, default: 0] |= bit }
            let frequent = rules[language].functionWords.joined(separator: " ")
            samples.append(Self.words(of: LanguageSample.text(language) + "\n" + frequent))
        }
        functionWords = words
        tellingLetters = letters
        triples = LetterTriples(samples: samples)
    }

    /// The language of the text; `fallback` where the text does not decide.
    package func detect(_ text: String, fallback: Language) -> DetectedLanguage {
        var latin = 0
        var cyrillic = 0
        var hebrew = 0
        // It is looked through several times, which is fast for an array only.
        let scalars = Self.beginning(of: text)
        for scalar in scalars {
            switch scalar {
            case 0x41...0x5a, 0x61...0x7a, 0xc0...0x24f: latin += 1
            case 0x400...0x52f: cyrillic += 1
            case 0x5d0...0x5ea: hebrew += 1
            default: break
            }
        }
        let total = latin + cyrillic + hebrew
        guard total > 0 else { return DetectedLanguage(language: fallback, confidence: 0, isDecided: false) }
        // A brand name in Latin letters does not make a Russian or Hebrew question English.
        if hebrew * 3 >= total, hebrew >= cyrillic { return decided(.he, hebrew, total) }
        if cyrillic * 3 >= total { return decided(.ru, cyrillic, total) }
        return detectLatin(scalars, fallback)
    }

    private func decided(_ language: Language, _ own: Int, _ total: Int) -> DetectedLanguage {
        DetectedLanguage(language: language, confidence: 0.5 + 0.5 * Double(own) / Double(total), isDecided: true)
    }

    private static func beginning(of text: String) -> [UInt32] {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(min(text.utf8.count, mostScalars))
        for scalar in text.unicodeScalars {
            guard scalars.count < mostScalars else { break }
            scalars.append(scalar.value)
        }
        return scalars
    }

    private func detectLatin(_ scalars: [UInt32], _ fallback: Language) -> DetectedLanguage {
        var scores = SIMD4<Float>.zero
        Self.forEachWord(of: scalars) { word in
            scores += triples.score(word) * Self.tripleWeight
            scores += Self.bonus(functionWords[word] ?? 0, Self.wordWeight)
        }
        for scalar in scalars where scalar >= 0x80 {
            scores += Self.bonus(tellingLetters[table.entry(scalar).scalar] ?? 0, Self.letterWeight)
        }
        return judge(scores, fallback)
    }

    /// A word or letter that two languages share tells less than one that only one has.
    private static func bonus(_ mask: UInt8, _ weight: Float) -> SIMD4<Float> {
        var bonus = SIMD4<Float>.zero
        guard mask != 0, mask.nonzeroBitCount < latin.count else { return bonus }
        for index in latin.indices where mask & UInt8(1 << index) != 0 { bonus[index] = weight / Float(mask.nonzeroBitCount) }
        return bonus
    }

    private func judge(_ scores: SIMD4<Float>, _ fallback: Language) -> DetectedLanguage {
        let best = Self.best(of: scores)
        let total = Self.latin.indices.reduce(0) { $0 + FloatLog.exponential(scores[$1] - scores[best]) }
        let confidence = 1 / total
        var others = scores
        others[best] = -.infinity
        let areSiblings = Self.siblings.contains(Self.latin[best]) && Self.siblings.contains(Self.latin[Self.best(of: others)])
        guard confidence >= (areSiblings ? Self.leastSiblingConfidence : Self.leastConfidence) else {
            return DetectedLanguage(language: fallback, confidence: confidence, isDecided: false)
        }
        return DetectedLanguage(language: Self.latin[best], confidence: confidence, isDecided: true)
    }

    /// The language of the highest score; of equal ones the first.
    private static func best(of scores: SIMD4<Float>) -> Int {
        latin.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    }

    /// The word as written and without accents, as hurried people write it.
    private static func forms(_ word: String) -> [[UInt32]] {
        guard let plain = words(of: word).first else { return [] }
        let bare = plain.map { ScalarTable.shared.baseLetter(of: $0) }
        return bare == plain ? [plain] : [plain, bare]
    }

    private static func words(of text: String) -> [[UInt32]] {
        var words: [[UInt32]] = []
        forEachWord(of: text.unicodeScalars.map(\.value)) { words.append($0) }
        return words
    }

    private static func forEachWord(of scalars: [UInt32], _ body: ([UInt32]) -> Void) {
        var word: [UInt32] = []
        word.reserveCapacity(Self.usualLetters)
        for scalar in scalars {
            let entry = ScalarTable.shared.entry(scalar)
            if entry.scalarClass == .letter {
                word.append(entry.scalar)
            } else if !word.isEmpty {
                body(word)
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { body(word) }
    }
}
