/// A set of years from 1970 to 2199, as bits.
struct YearSet: Sendable, Equatable {
    static let firstYear = 1970
    static let lastYear = 2199

    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    var isEmpty: Bool { first | second | third | fourth == 0 }

    func contains(_ year: Int64) -> Bool {
        guard year >= Self.firstYear, year <= Self.lastYear else { return false }
        let index = Int(year) - Self.firstYear
        return self[word: index >> 6] & (1 << UInt64(index & 63)) != 0
    }

    mutating func insert(_ year: Int) {
        let index = year - Self.firstYear
        self[word: index >> 6] |= 1 << UInt64(index & 63)
    }

    /// The smallest member that is at least `year`.
    func next(atOrAfter year: Int64) -> Int64? {
        var index = max(0, Int(clamping: year) - Self.firstYear)
        while index < 256 {
            let rest = self[word: index >> 6] >> UInt64(index & 63)
            if rest != 0 { return Int64(index + rest.trailingZeroBitCount + Self.firstYear) }
            index = (index >> 6 + 1) << 6
        }
        return nil
    }

    /// The largest member that is at most `year`.
    func previous(atOrBefore year: Int64) -> Int64? {
        var index = min(Self.lastYear, Int(clamping: year)) - Self.firstYear
        while index >= 0 {
            let rest = self[word: index >> 6] << UInt64(63 - index & 63)
            if rest != 0 { return Int64(index - rest.leadingZeroBitCount + Self.firstYear) }
            index = (index >> 6) << 6 - 1
        }
        return nil
    }

    private subscript(word index: Int) -> UInt64 {
        get {
            switch index {
            case 0: first
            case 1: second
            case 2: third
            default: fourth
            }
        }
        set {
            switch index {
            case 0: first = newValue
            case 1: second = newValue
            case 2: third = newValue
            default: fourth = newValue
            }
        }
    }
}
