/// Step 3 of the normalisation: folded scalars become words; punctuation becomes space unless it carries meaning.
struct Tokenizer {
    private let scalars: [FoldedScalar]
    private let table: ScalarTable
    private let vocabulary: Vocabulary

    private(set) var bytes: [UInt8] = []
    private(set) var tokens: [Token] = []
    /// Punctuation that became space; too much of it could be a message of its own.
    private(set) var droppedMarks = 0
    private(set) var removedAccents = false

    private var tokenStart = -1
    private var scalarStart = 0
    private var hash = WordTable.hashSeed
    private var traits: Token.Traits = []
    private var letters = 0
    private var pendingBreak = false
    private var pendingDash = false
    private var quotes = 0
    /// The words between the first and the last quotation mark.
    private var quoted = 0..<0

    init(_ folded: FoldedText, table: ScalarTable, vocabulary: Vocabulary) {
        scalars = folded.scalars
        self.table = table
        self.vocabulary = vocabulary
        bytes.reserveCapacity(scalars.count * 2 + 8)
        tokens.reserveCapacity(min(scalars.count / 3 + 4, 64))
        run()
    }

    private mutating func run() {
        var index = 0
        while index < scalars.count {
            let entry = scalars[index]
            if entry.isWordy {
                write(entry, at: index)
                index += 1
            } else {
                index = readOther(entry.scalarClass, at: index)
            }
        }
        finishToken(at: scalars.count)
        markQuoted()
    }

    /// Handles anything that is neither letter nor digit; returns the index behind it.
    private mutating func readOther(_ scalarClass: ScalarClass, at index: Int) -> Int {
        switch scalarClass {
        case .space:
            finishToken(at: index)
        case .mark:
            if isNotEqual(index) { return readSigns(at: index) }
            drop(at: index)
        case .apostrophe: keepOrDrop(staysAsApostrophe(index), at: index)
        case .quote:
            keepOrDrop(staysAsQuote(index), at: index)
            if !staysAsQuote(index) { noteQuote() }
        case .dot: keepOrDrop(isDigit(index + 1) && (isDigit(index - 1) || isBlank(index - 1)), at: index)
        case .comma, .colon: keepOrDrop(isDigit(index - 1) && isDigit(index + 1), at: index)
        case .hyphen, .sign: return readSigns(at: index)
        case .symbol: write(scalars[index], at: index)
        case .arrow:
            write(scalars[index], at: index)
            traits.insert(.orderSign)
        case .emoji:
            writeEmoji(at: index)
        case .decoration:
            finishToken(at: index)
            pendingBreak = true
        case .letter, .digit, .modifier, .joiner, .selector, .point, .hidden:
            write(scalars[index], at: index)
        }
        return index + 1
    }

    private mutating func keepOrDrop(_ keeps: Bool, at index: Int) {
        if keeps { write(scalars[index], at: index) } else { drop(at: index) }
    }

    // MARK: Signs

    /// A run of hyphens and operators: "C++", "9-10", "a -> b", "re-open".
    private mutating func readSigns(at start: Int) -> Int {
        var end = start
        var hyphens = 0
        while end < scalars.count {
            let scalarClass = scalars[end].scalarClass
            guard scalarClass == .hyphen || scalarClass == .sign || isNotEqual(end) else { break }
            if scalarClass == .hyphen { hyphens += 1 }
            end += 1
        }
        let touchesBefore = isWordy(start - 1) || tokenStart >= 0
        let touchesAfter = isWordy(end) || isSymbol(end)
        if hyphens == end - start, isLetter(start - 1), isLetter(end) {
            finishToken(at: start)
            pendingDash = true
        } else if touchesBefore || touchesAfter {
            for index in start..<end { write(scalars[index], at: index) }
            traits.insert(.orderSign)
        } else {
            writeBareSign(start..<end, isHyphen: hyphens == end - start)
        }
        return end
    }

    private mutating func writeBareSign(_ range: Range<Int>, isHyphen: Bool) {
        finishToken(at: range.lowerBound)
        let first = scalars[range.lowerBound].scalar
        if range.count >= 3, range.allSatisfy({ scalars[$0].scalar == first }) {
            droppedMarks += range.count
            pendingDash = true
            return
        }
        for index in range { write(scalars[index], at: index) }
        traits.formUnion(isHyphen ? [.bareHyphen, .orderSign] : [.bareSign, .orderSign])
        if range.count == 1, [0x23, 0x2a, 0x5c, 0x5f, 0x7c, 0x7e].contains(first) { traits.insert(.bullet) }
        finishToken(at: range.upperBound)
    }

    private mutating func writeEmoji(at index: Int) {
        finishToken(at: index)
        write(scalars[index], at: index)
        traits.formUnion([.emoji, .orderSign])
        finishToken(at: index + 1)
    }

    private mutating func drop(at index: Int) {
        finishToken(at: index)
        droppedMarks += 1
        pendingBreak = true
    }

    // MARK: Quotation marks

    private mutating func noteQuote() {
        quotes += 1
        quoted = (quotes == 1 ? tokens.count : quoted.lowerBound)..<tokens.count
    }

    /// Marks nest and are typed carelessly, so all words from the first to the last count as quoted; a single one may belong anywhere.
    private mutating func markQuoted() {
        guard quotes > 0 else { return }
        for index in quotes == 1 ? tokens.indices : quoted { tokens[index].traits.insert(.quoted) }
    }

    // MARK: Neighbours

    private func staysAsApostrophe(_ index: Int) -> Bool {
        if isWordy(index - 1) && isWordy(index + 1) { return true }
        // 5' is five feet or minutes; the geresh of גב' and ג'ק belongs to the word.
        return isDigit(index - 1) || isHebrew(index - 1)
    }

    private func staysAsQuote(_ index: Int) -> Bool {
        // Gershayim inside an acronym (ש"ח), and inches behind a number.
        (isHebrew(index - 1) && isHebrew(index + 1)) || isDigit(index - 1)
    }

    /// "!=" is an operator.
    private func isNotEqual(_ index: Int) -> Bool {
        index + 1 < scalars.count && scalars[index].scalar == 0x21 && scalars[index + 1].scalar == 0x3d
    }

    private func isWordy(_ index: Int) -> Bool {
        scalars.indices.contains(index) && scalars[index].isWordy
    }

    private func isLetter(_ index: Int) -> Bool {
        scalars.indices.contains(index) && scalars[index].scalarClass == .letter
    }

    private func isDigit(_ index: Int) -> Bool {
        scalars.indices.contains(index) && scalars[index].scalarClass == .digit
    }

    private func isSymbol(_ index: Int) -> Bool {
        scalars.indices.contains(index) && (scalars[index].scalarClass == .symbol || scalars[index].scalarClass == .arrow)
    }

    private func isHebrew(_ index: Int) -> Bool {
        scalars.indices.contains(index) && scalars[index].isHebrewLetter
    }

    private func isBlank(_ index: Int) -> Bool {
        index < 0 || scalars[index].scalarClass == .space
    }

    // MARK: Words

    @inline(__always)
    private mutating func write(_ entry: FoldedScalar, at index: Int) {
        if tokenStart < 0 { beginToken(at: index) }
        let scalarClass = entry.scalarClass
        if scalarClass == .letter {
            letters += 1
        } else if scalarClass == .digit {
            traits.insert(.hasDigit)
        }
        bytes.append(scalar: entry.scalar, hash: &hash)
    }

    private mutating func beginToken(at index: Int) {
        if !bytes.isEmpty { bytes.append(0x20) }
        tokenStart = bytes.count
        scalarStart = index
        hash = WordTable.hashSeed
        letters = 0
        traits = pendingBreak ? .breakBefore : []
        pendingBreak = false
        if pendingDash { traits.insert(.dashBefore) }
        pendingDash = false
        if tokens.isEmpty { traits.insert(.startsText) }
    }

    private mutating func finishToken(at index: Int) {
        guard tokenStart >= 0 else { return }
        if letters > 0, vocabulary.accents.removes { removeAccents(scalarStart..<index) }
        if letters == 1, index == scalarStart + 1 { markSingleLetter(scalars[scalarStart]) }
        let range = tokenStart..<bytes.count
        let word = vocabulary.words.find(bytes, range, hash: hash)
        tokens.append(
            Token(
                start: tokenStart, end: bytes.count, word: word, stem: letters > 0 ? vocabulary.stems.find(bytes, range) : 0,
                roles: vocabulary.words.roles[Int(word)], traits: traits))
        tokenStart = -1
    }

    private mutating func removeAccents(_ range: Range<Int>) {
        guard range.contains(where: { scalars[$0].hasAccent }) else { return }
        if vocabulary.accents.keeps(scalars[range], bytes, tokenStart..<bytes.count, hash: hash) { return }
        removedAccents = true
        bytes.removeSubrange(tokenStart...)
        hash = WordTable.hashSeed
        for index in range {
            let scalar = scalars[index].scalar
            bytes.append(scalar: scalars[index].hasAccent ? table.baseLetter(of: scalar) : scalar, hash: &hash)
        }
    }

    /// A lone capital A stays a capital: "Is A better than B" asks about A.
    private mutating func markSingleLetter(_ entry: FoldedScalar) {
        traits.insert(.singleLetter)
        guard entry.isUpper, entry.scalar < 0x80 else { return }
        traits.insert(.loneCapital)
    }
}
