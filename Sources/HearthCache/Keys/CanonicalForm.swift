/// Everything that decides an answer, as bytes in which every part is preceded by its length.
///
/// It is hashed into the ``CacheKey`` and kept with the answer. On every hit the two forms are compared, so that a hash
/// collision or a damaged entry is a counted miss and never a wrong answer.
package struct CanonicalForm: Equatable, Sendable {
    /// The part that many questions share: schema, tenant, generation, provider, endpoint, model, language, normaliser,
    /// system prompt. Forms of one scope share the array's storage.
    package let scope: [UInt8]
    /// The last user text, normalised or exact, with its length and which of the two it is.
    package let text: [UInt8]

    package init(scope: [UInt8], text: [UInt8]) {
        self.scope = scope
        self.text = text
    }

    /// The form as one array, as the stores keep it.
    package var bytes: [UInt8] { scope + text }

    /// Compares with the bytes a store returned without building a third array.
    package func matches(_ stored: [UInt8]) -> Bool {
        stored.count == scope.count + text.count && stored.starts(with: scope) && stored[scope.count...].elementsEqual(text)
    }
}

/// Writes the parts of a canonical form; each is its length as eight big-endian bytes, then its bytes.
///
/// Lengths make the form unambiguous: no two different lists of parts give the same bytes.
struct CanonicalFormWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: bytes that will be written, where that is known; it saves growing.
    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Goes on behind parts that were written before.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func append(_ part: some Collection<UInt8>) {
        appendWord(UInt64(part.count))
        bytes.append(contentsOf: part)
    }

    mutating func append(_ number: UInt64) {
        appendWord(8)
        appendWord(number)
    }

    private mutating func appendWord(_ word: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }
}
