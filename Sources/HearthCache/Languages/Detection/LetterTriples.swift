/// How often three letters follow each other in each of a few languages, counted from sample texts.
///
/// Out-of-place letters count as a word boundary. Probabilities are smoothed by adding a constant (Lidstone), so that a triple that
/// was never seen speaks against a language without excluding it.
struct LetterTriples: Sendable {
    private static let smoothing: Float = 0.2
    /// Hurried people leave accents out: every accented word of the samples counts in part as one without.
    private static let bareWeight: Float = 0.5
    private static let letters = Array("abcdefghijklmnopqrstuvwxyzáàâãçéêíñóôõúü".unicodeScalars.map(\.value))
    private static let size = letters.count + 1

    private let letterCodes: [UInt8]
    /// log P(triple | language) of all languages, triple by triple: one look finds all.
    private let logs: [SIMD4<Float>]

    /// - Parameter samples: the words of at most four languages.
    init(samples: [[[UInt32]]]) {
        var codes = Array(repeating: UInt8(0), count: 0x200)
        for (index, letter) in Self.letters.enumerated() { codes[Int(letter)] = UInt8(index + 1) }
        letterCodes = codes
        var logs = Array(repeating: SIMD4<Float>.zero, count: Self.size * Self.size * Self.size)
        for (language, sample) in samples.prefix(SIMD4<Float>.scalarCount).enumerated() {
            for (triple, log) in Self.count(sample, codes).enumerated() { logs[triple][language] = log }
        }
        self.logs = logs
    }

    /// log P(word | language) of each language, in the order of the samples.
    func score(_ word: [UInt32]) -> SIMD4<Float> {
        var scores = SIMD4<Float>.zero
        Self.forEachTriple(word, letterCodes) { scores += logs[$0] }
        return scores
    }

    private static func count(_ words: [[UInt32]], _ codes: [UInt8]) -> [Float] {
        let possible = size * size * size
        var counts = Array(repeating: Float(0), count: possible)
        var total = smoothing * Float(possible)
        func add(_ word: [UInt32], _ weight: Float) {
            forEachTriple(word, codes) { triple in
                counts[triple] += weight
                total += weight
            }
        }
        for word in words {
            add(word, 1)
            let bare = word.map { ScalarTable.shared.baseLetter(of: $0) }
            if bare != word { add(bare, bareWeight) }
        }
        let unseen = FloatLog.naturalLog(smoothing / total)
        return counts.map { $0 == 0 ? unseen : FloatLog.naturalLog(($0 + smoothing) / total) }
    }

    private static func forEachTriple(_ word: [UInt32], _ codes: [UInt8], _ body: (Int) -> Void) {
        var first = 0
        var second = 0
        for letter in word {
            let code = letter < codes.count ? Int(codes[Int(letter)]) : 0
            body((first * size + second) * size + code)
            (first, second) = (second, code)
        }
        body((first * size + second) * size)
    }
}
