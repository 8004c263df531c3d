package import Crypto

/// The SHA-256 of a text, as four numbers that are compared in time which tells nothing about where they differ.
package struct Fingerprint: Sendable, Hashable {
    package let words: SIMD4<UInt64>

    /// Without a copy of the text, where it lies in one piece, as native strings and their parts do.
    package init(_ text: Substring.UTF8View) {
        var hasher = SHA256()
        // The buffer is only read while the closure runs.
        let isHashed: Void? = unsafe text.withContiguousStorageIfAvailable {
            unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if isHashed == nil { hasher.update(data: Array(text)) }
        self.init(hasher.finalize())
    }

    package init(_ text: String) { self.init(text[...].utf8) }

    package init(_ digest: SHA256Digest) {
        // A digest has 32 bytes, and the buffer is only read while the closure runs.
        words = unsafe digest.withUnsafeBytes { unsafe $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }

    /// Nil for anything but 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        var words = SIMD4<UInt64>()
        for (index, byte) in bytes.enumerated() { words[index / 8] |= UInt64(byte) << (UInt64(index % 8) * 8) }
        self.init(words: words)
    }

    package init(words: SIMD4<UInt64>) {
        self.words = SIMD4(words.indices.map { UInt64(littleEndian: words[$0]) })
    }

    package var bytes: [UInt8] {
        words.indices.flatMap { index in (0..<8).map { UInt8(truncatingIfNeeded: words[index].littleEndian >> ($0 * 8)) } }
    }

    /// 0 for the same; looks at all of both.
    package func difference(from other: Fingerprint) -> UInt64 {
        let difference = words ^ other.words
        return difference[0] | difference[1] | difference[2] | difference[3]
    }
}
