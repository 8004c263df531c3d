extension POSIXZoneRule {
    /// Nil for text that is not a rule. A saving name without dates is refused: RFC 9636 requires them.
    init?(_ text: [UInt8]) {
        var reader = Reader(bytes: text)
        guard reader.name(), let west = reader.time(hours: 24) else { return nil }
        standardOffset = -west
        saving = nil
        if reader.isAtEnd { return }
        guard reader.name() else { return nil }
        var savingOffset = standardOffset + 3600
        if !reader.isNext(UInt8(ascii: ",")) {
            guard let west = reader.time(hours: 24) else { return nil }
            savingOffset = -west
        }
        guard let begin = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        saving = Saving(offset: savingOffset, begin: begin, end: end)
    }

    private struct Reader {
        let bytes: [UInt8]
        private var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        func isNext(_ byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }

        private mutating func skip(_ byte: UInt8) -> Bool {
            guard isNext(byte) else { return false }
            position += 1
            return true
        }

        /// Letters, or anything alphanumeric with a sign between angle brackets; the name itself is not kept.
        mutating func name() -> Bool {
            let start = position
            if skip(UInt8(ascii: "<")) {
                while position < bytes.count, bytes[position] != UInt8(ascii: ">") { position += 1 }
                return skip(UInt8(ascii: ">")) && position - start > 2
            }
            while position < bytes.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[position] | 0x20) { position += 1 }
            return position - start >= 3
        }

        private mutating func number(upTo limit: Int64) -> Int64? {
            var value: Int64 = 0
            let start = position
            while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
                value = value * 10 + Int64(bytes[position] - UInt8(ascii: "0"))
                guard value <= limit else { return nil }
                position += 1
            }
            return position > start ? value : nil
        }

        /// `[+-]h[:mm[:ss]]` in seconds.
        mutating func time(hours: Int64) -> Int64? {
            let isNegative = skip(UInt8(ascii: "-"))
            if !isNegative { _ = skip(UInt8(ascii: "+")) }
            guard let hour = number(upTo: hours) else { return nil }
            var seconds = hour * 3600
            if skip(UInt8(ascii: ":")) {
                guard let minute = number(upTo: 59) else { return nil }
                seconds += minute * 60
                if skip(UInt8(ascii: ":")) {
                    guard let second = number(upTo: 59) else { return nil }
                    seconds += second
                }
            }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            guard skip(UInt8(ascii: ",")), let day = day() else { return nil }
            guard skip(UInt8(ascii: "/")) else { return Change(day: day, time: 7200) }
            guard let time = time(hours: 167) else { return nil }
            return Change(day: day, time: time)
        }

        private mutating func day() -> Day? {
            if skip(UInt8(ascii: "J")) {
                guard let number = number(upTo: 365), number >= 1 else { return nil }
                return .withoutLeapDay(Int(number))
            }
            guard skip(UInt8(ascii: "M")) else { return number(upTo: 365).map { .ofYear(Int($0)) } }
            guard let month = number(upTo: 12), month >= 1, skip(UInt8(ascii: ".")), let week = number(upTo: 5), week >= 1,
                skip(UInt8(ascii: ".")), let weekday = number(upTo: 6)
            else { return nil }
            return .weekday(month: Int(month), week: Int(week), weekday: Int(weekday))
        }
    }
}
