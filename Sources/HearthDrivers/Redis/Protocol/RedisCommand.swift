import CHiredis

/// A command in the bytes that are sent, written by hiredis' formatter.
package struct RedisCommand: Sendable, Equatable {
    package let bytes: [UInt8]
    /// The words, for routing and for resending in another form.
    package let words: [[UInt8]]

    package init(_ words: String...) {
        self.init(words.map { Array($0.utf8) })
    }

    package init(texts: [String]) {
        self.init(texts.map { Array($0.utf8) })
    }

    package init(_ words: [[UInt8]]) {
        self.words = words
        bytes = Self.format(words)
    }

    var longestWord: Int { words.reduce(0) { max($0, $1.count) } }

    private static func format(_ words: [[UInt8]]) -> [UInt8] {
        // All words in one piece of memory, so that their addresses hold while the formatter reads them.
        let joined = Array(words.joined())
        let lengths = words.map(\.count)
        var target: UnsafeMutablePointer<CChar>?
        let count = unsafe joined.withUnsafeBytes { memory in
            var addresses = unsafe [UnsafePointer<CChar>?]()
            unsafe addresses.reserveCapacity(words.count)
            var offset = 0
            for length in lengths {
                // An empty array has no address; the formatter reads nothing of a word without length.
                let address = unsafe memory.baseAddress.map { unsafe ($0 + offset).assumingMemoryBound(to: CChar.self) }
                unsafe addresses.append(address)
                offset += length
            }
            return unsafe redisFormatCommandArgv(&target, Int32(lengths.count), &addresses, lengths)
        }
        guard count > 0, let text = unsafe target else { return [] }
        defer { unsafe redisFreeCommand(text) }
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: Int(count)))
    }
}
