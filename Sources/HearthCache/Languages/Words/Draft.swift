/// A text on its way through steps 3 to 5: its words, and what must be known of what was dropped.
struct Draft {
    var bytes: [UInt8]
    var tokens: [Token]
    var isSorted = false
    var droppedFillers = false
    /// Dashes between words are written, because without them the words would be sorted.
    var keepsDashes = false
    let removedAccents: Bool

    init(_ tokenizer: consuming Tokenizer) {
        bytes = tokenizer.bytes
        tokens = tokenizer.tokens
        removedAccents = tokenizer.removedAccents
    }

    /// Removes the words that are marked as dropped; a dash in front of one goes over to the next.
    static func removeDropped(_ tokens: inout [Token]) {
        var kept = 0
        var hasDash = false
        for index in tokens.indices {
            var token = tokens[index]
            if hasDash || token.traits.contains(.bareHyphen) && token.traits.contains(.dropped) { token.traits.insert(.dashBefore) }
            hasDash = token.traits.contains(.dropped) && token.traits.contains(.dashBefore)
            if token.traits.contains(.dropped) { continue }
            tokens[kept] = token
            kept += 1
        }
        tokens.removeSubrange(kept...)
    }

    /// The canonical text: the words that are left, with one space between them.
    ///
    /// - Parameter restoresCapital: Whether a lone letter is written as the capital it was.
    func text(restoresCapital: (Token) -> Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var followsQuantity = false
        for token in tokens {
            if !result.isEmpty {
                // "Monday-Friday" are five days, "Monday, Friday" are two.
                let isRange = followsQuantity && token.isQuantity
                if token.traits.contains(.dashBefore), keepsDashes || isRange { result.append(contentsOf: [0x20, 0x2d]) }
                result.append(0x20)
            }
            followsQuantity = token.isQuantity
            if restoresCapital(token) {
                result.append(bytes[token.start] & 0xdf)
            } else {
                result.append(contentsOf: bytes[token.range])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
