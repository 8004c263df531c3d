/// A text on its way through steps 3 to 5: its words, and what must be known of what was dropped.
struct Draft {
    var bytes: [UInt8]
    var tokens: [Token]
    var isSorted = false
    var droppedFillers = false
    let hasOrderSign: Bool
    let removedAccents: Bool

    init(_ tokenizer: consuming Tokenizer) {
        bytes = tokenizer.bytes
        tokens = tokenizer.tokens
        hasOrderSign = tokenizer.hasOrderSign
        removedAccents = tokenizer.removedAccents
    }

    /// The canonical text: the words that are left, with one space between them.
    ///
    /// - Parameter restoresCapital: Whether a lone letter is written as the capital it was.
    func text(restoresCapital: (Token) -> Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for token in tokens {
            if !result.isEmpty { result.append(0x20) }
            if restoresCapital(token) {
                result.append(bytes[token.start] & 0xdf)
            } else {
                result.append(contentsOf: bytes[token.range])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
