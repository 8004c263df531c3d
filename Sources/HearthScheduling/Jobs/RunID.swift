package import HearthTelemetry

/// The public identity of a run: a UUID of version 7 (RFC 9562), whose order is the order of making.
package struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 36 characters in the usual form, in either case.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            words = (words.0 << 4 | words.1 >> 60, words.1 << 4 | UInt64(digit))
        }
        (high, low) = words
    }

    package var description: String {
        let digits = Self.hex(high) + Self.hex(low)
        var text = [UInt8]()
        text.reserveCapacity(36)
        for (index, digit) in digits.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// 32 hexadecimal digits, as a trace id is written.
    package var traceID: String { String(decoding: Self.hex(high) + Self.hex(low), as: UTF8.self) }

    /// When it was made.
    package var madeAt: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }

    package static func < (left: RunID, right: RunID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func hex(_ word: UInt64) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<16).map { digits[Int(word >> UInt64(60 - 4 * $0) & 15)] }
    }
}

/// Makes run ids in strictly ascending order, also while the wall clock stands still or goes back.
struct RunIDGenerator: Sendable {
    private var random: SplitMix64
    private var lastMilliseconds: UInt64 = 0
    private var counter: UInt64 = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func next(at now: Timestamp) -> RunID {
        let milliseconds = UInt64(clamping: now.milliseconds) & 0xFFFF_FFFF_FFFF
        if milliseconds > lastMilliseconds {
            lastMilliseconds = milliseconds
            counter = random.next() & 0x7FF
        } else if counter == 0xFFF {
            lastMilliseconds += 1
            counter = 0
        } else {
            counter += 1
        }
        return RunID(high: lastMilliseconds << 16 | 0x7000 | counter, low: random.next() >> 2 | 1 << 63)
    }
}
