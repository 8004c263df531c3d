/// Reads the items of one field from left to right: `1-5/2,MON,L-3`.
struct CronItemReader {
    /// First and last value and the step between; 7 stands for Sunday at the end of a range.
    typealias ValueSpan = (first: Int, last: Int, step: Int)

    enum DayOfMonth {
        case span(first: Int, last: Int, step: Int)
        case last(before: Int)
        case nearestWeekday(Int)
        case nearestWeekdayToLast(before: Int)
    }

    enum DayOfWeek {
        case span(first: Int, last: Int, step: Int)
        case ordinal(Int, weekday: Int)
        case last(weekday: Int)
    }

    let bytes: [UInt8]
    let range: Range<Int>
    let field: CronField
    private var position: Int
    /// Where the item at hand begins, for messages.
    private var itemStart: Int

    init(bytes: [UInt8], range: Range<Int>, field: CronField) {
        self.bytes = bytes
        self.range = range
        self.field = field
        position = range.lowerBound
        itemStart = range.lowerBound
    }

    // MARK: Items

    /// Steps over a comma; anything else after an item is a fault.
    mutating func hasAnotherItem() throws(ScheduleError) -> Bool {
        guard position < range.upperBound else { return false }
        guard skip(UInt8(ascii: ",")) else { throw unexpected() }
        itemStart = position
        return true
    }

    /// `*`, `a`, `a-b`, each range with an optional step.
    mutating func span() throws(ScheduleError) -> ValueSpan {
        if skip(UInt8(ascii: "*")) {
            return try stepped(first: field.range.lowerBound, last: field.lastOfStar, isStar: true)
        }
        let first = try value()
        return try span(from: first)
    }

    mutating func dayOfMonth() throws(ScheduleError) -> DayOfMonth {
        if skip(letter: UInt8(ascii: "l")) {
            var before = 0
            if skip(UInt8(ascii: "-")) {
                before = try number(in: 1...30, of: "days before the last one")
            }
            return skip(letter: UInt8(ascii: "w")) ? .nearestWeekdayToLast(before: before) : .last(before: before)
        }
        if isNext(UInt8(ascii: "*")) {
            let (first, last, step) = try span()
            return .span(first: first, last: last, step: step)
        }
        let first = try value()
        if skip(letter: UInt8(ascii: "w")) { return .nearestWeekday(first) }
        let (_, last, step) = try span(from: first)
        return .span(first: first, last: last, step: step)
    }

    mutating func dayOfWeek() throws(ScheduleError) -> DayOfWeek {
        if isNext(UInt8(ascii: "*")) {
            let (first, last, step) = try span()
            return .span(first: first, last: last, step: step)
        }
        if isLoneL {
            throw fault(.misplaced, "\"L\" alone is Saturday for some crons and an error for others", suggestion: "SAT")
        }
        let first = try value()
        if skip(letter: UInt8(ascii: "l")) { return .last(weekday: first) }
        if skip(UInt8(ascii: "#")) {
            if skip(letter: UInt8(ascii: "l")) { return .last(weekday: first) }
            return .ordinal(try number(in: 1...5, of: "weeks of a month"), weekday: first)
        }
        let (from, last, step) = try span(from: first)
        return .span(first: from, last: last, step: step)
    }

    // MARK: Ranges and steps

    private mutating func span(from first: Int) throws(ScheduleError) -> ValueSpan {
        guard skip(UInt8(ascii: "-")) else {
            guard isNext(UInt8(ascii: "/")) else { return (first, first, 1) }
            let step = String(decoding: bytes[(position + 1)..<itemEnd], as: UTF8.self)
            throw fault(
                .stepAfterValue, "a step after a single value is read differently by different crons",
                suggestion: "\(first)-\(field.lastOfStar)/\(step)")
        }
        let endsWithName = position < range.upperBound && Self.isLetter(bytes[position])
        var last = try value()
        if field == .dayOfWeek {
            // Sunday may end a range under either number, or by its name.
            if endsWithName, last == 0, first > 0, first < 7 { last = 7 }
            if first == 7, last < 7 { return try wrapped(first: 7, last: last) }
        }
        guard first <= last else { return try wrapped(first: first, last: last) }
        return try stepped(first: first, last: last, isStar: false)
    }

    private mutating func stepped(first: Int, last: Int, isStar: Bool) throws(ScheduleError) -> ValueSpan {
        guard skip(UInt8(ascii: "/")) else { return (first, last, 1) }
        let step = try number(in: 0...9999, of: "steps")
        guard step > 0 else {
            throw fault(.stepZero, "a step of 0 goes nowhere", suggestion: isStar ? "*" : "\(first)-\(last)")
        }
        guard step <= last - first || step == 1 else {
            throw fault(
                .stepTooLarge, "the step \(step) leads out of the range \(first)-\(last), so that only \(first) is left",
                suggestion: "\(first)")
        }
        return (first, last, step)
    }

    /// Refuses a range that ends before it begins and spells it as what was probably meant.
    private mutating func wrapped(first: Int, last: Int) throws(ScheduleError) -> ValueSpan {
        let (lowest, highest) = (field.range.lowerBound, field == .dayOfWeek ? 7 : field.range.upperBound)
        var suggestion: String
        if field == .year {
            suggestion = "\(last)-\(first)"
        } else if skip(UInt8(ascii: "/")) {
            let step = max(1, try number(in: 0...9999, of: "steps"))
            let size = field.lastOfStar - lowest + 1
            var values: [String] = []
            for value in stride(from: first, through: last + size, by: step) { values.append(String((value - lowest) % size + lowest)) }
            suggestion = values.joined(separator: ",")
        } else {
            let head = first == highest || first == 7 && field == .dayOfWeek ? "" : "\(first)-\(highest)"
            let tail = last == lowest ? "\(last)" : "\(lowest)-\(last)"
            switch (field, head) {
            case (.dayOfWeek, "") where first == 7: suggestion = tail
            case (.dayOfWeek, _): suggestion = last == 0 ? head : "\(head),\(last == 1 ? "1" : "1-\(last)")"
            case (_, ""): suggestion = "\(first),\(tail)"
            default: suggestion = "\(head),\(tail)"
            }
        }
        throw fault(.wrapAround, "the range ends before it begins", suggestion: suggestion)
    }

    // MARK: Values

    private mutating func value() throws(ScheduleError) -> Int {
        guard position < range.upperBound, !isNext(UInt8(ascii: ",")) else { throw emptyItem() }
        if field.hasNames, Self.isLetter(bytes[position]) { return try name() }
        guard let number = digits() else { throw unexpected() }
        guard field.range.contains(number) else {
            throw fault(.outOfRange, "\(number) is outside \(field.range.lowerBound)-\(field.range.upperBound)", suggestion: nil)
        }
        return number
    }

    private mutating func name() throws(ScheduleError) -> Int {
        let start = position
        var end = start
        while end < range.upperBound, Self.isLetter(bytes[end]) { end += 1 }
        // A weekday name may carry the L of "last": FRIL.
        let length = end - start
        if length == 3 || (field == .dayOfWeek && length == 4 && bytes[start + 3] | 0x20 == UInt8(ascii: "l")) {
            let wanted = Self.packed(bytes[start] & 0xDF, bytes[start + 1] & 0xDF, bytes[start + 2] & 0xDF)
            if let index = Self.index(ofName: wanted, isMonth: field == .month) {
                position = start + 3
                return index + field.firstNameValue
            }
        }
        let written = String(decoding: bytes[start..<end], as: UTF8.self)
        let known = field.names
        let nearest = known.first { written.uppercased().hasPrefix($0) } ?? NearestName.find(written, in: known)
        throw fault(.unknownName, "\"\(written)\" is not one of \(known.joined(separator: ", "))", suggestion: nearest)
    }

    private static func packed(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32 {
        UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
    }

    private static func index(ofName name: UInt32, isMonth: Bool) -> Int? {
        isMonth ? monthNames.firstIndex(of: name) : weekdayNames.firstIndex(of: name)
    }

    private static let monthNames = CronField.month.names.map(packed)
    private static let weekdayNames = CronField.dayOfWeek.names.map(packed)

    private static func packed(_ name: String) -> UInt32 { name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    private mutating func number(in allowed: ClosedRange<Int>, of what: String) throws(ScheduleError) -> Int {
        guard position < range.upperBound else { throw fault(.unexpectedCharacter, "a number is missing at its end", suggestion: nil) }
        guard let number = digits() else { throw unexpected() }
        guard allowed.contains(number) else {
            throw fault(.outOfRange, "\(number) \(what) is outside \(allowed.lowerBound)-\(allowed.upperBound)", suggestion: nil)
        }
        return number
    }

    /// At most four digits, so that nothing overflows; a fifth is an unexpected character.
    private mutating func digits() -> Int? {
        var value = 0
        let start = position
        while position < range.upperBound, position - start < 4, Self.isDigit(bytes[position]) {
            value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        return position > start ? value : nil
    }

    // MARK: Bytes

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") <= 25 }

    private func isNext(_ byte: UInt8) -> Bool { position < range.upperBound && bytes[position] == byte }

    private var isLoneL: Bool { position + 1 == itemEnd && bytes[position] | 0x20 == UInt8(ascii: "l") }

    private var itemEnd: Int {
        var end = position
        while end < range.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
        return end
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard isNext(byte) else { return false }
        position += 1
        return true
    }

    private mutating func skip(letter: UInt8) -> Bool {
        guard position < range.upperBound, bytes[position] | 0x20 == letter else { return false }
        position += 1
        return true
    }

    // MARK: Faults

    private func fault(_ code: ScheduleError.Code, _ reason: String, suggestion: String?) -> ScheduleError {
        let item = String(decoding: bytes[itemStart..<itemEnd], as: UTF8.self)
        let advice = suggestion.map { "; write \($0)" } ?? ""
        return ScheduleError(code, "\"\(item)\" in the \(field.rawValue) field: \(reason)\(advice).", suggestion: suggestion, field: field)
    }

    private func emptyItem() -> ScheduleError {
        let written = String(decoding: bytes[range], as: UTF8.self)
        let items = bytes[range].split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
        let suggestion = items.isEmpty ? nil : items.joined(separator: ",")
        guard position >= range.upperBound, itemStart < position else {
            return ScheduleError(
                .emptyItem, "\"\(written)\" in the \(field.rawValue) field has an empty item\(suggestion.map { "; write \($0)" } ?? "").",
                suggestion: suggestion, field: field)
        }
        return fault(.unexpectedCharacter, "a value is missing at its end", suggestion: nil)
    }

    private func unexpected() -> ScheduleError {
        let character = String(decoding: bytes[position..<range.upperBound], as: UTF8.self).first.map(String.init) ?? ""
        switch character {
        case "?" where !field.isDayField:
            return fault(.misplaced, "? is for the day fields only", suggestion: "*")
        case "H", "h":
            return fault(.misplaced, "H is not supported; a job's `jitter` spreads load the same way on every replica", suggestion: nil)
        case "L", "l", "W", "w", "#", "?", "+":
            return fault(.misplaced, "\(character) does not belong here", suggestion: nil)
        default:
            return fault(.unexpectedCharacter, "unexpected \"\(character)\"", suggestion: nil)
        }
    }
}
