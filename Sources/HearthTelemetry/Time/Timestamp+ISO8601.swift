extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC with milliseconds: `2026-11-22T17:40:00.000Z`.
    ///
    /// The years 0000 to 9999 are written; moments outside are written as their nearest end.
    package var description: String {
        let dayLength: Int64 = 86_400_000
        let clamped = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let days = clamped.flooredQuotient(by: dayLength)
        let timeOfDay = clamped - days * dayLength
        var text = [UInt8]()
        text.reserveCapacity(24)
        text.append(CivilDate(daysSinceEpoch: days))
        text.append(UInt8(ascii: "T"))
        text.append(decimal: timeOfDay / 3_600_000, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: timeOfDay / 60_000 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: timeOfDay / 1000 % 60, width: 2)
        text.append(UInt8(ascii: "."))
        text.append(decimal: timeOfDay % 1000, width: 3)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads ISO 8601: a date (midnight UTC), or a date and time with `Z` or a numeric offset; seconds and fractions are optional.
    ///
    /// Returns nil for anything else, impossible dates included. A leap second (`:60`) is not accepted.
    package init?(iso8601 text: some StringProtocol) {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
            let day = reader.digits(2), let date = CivilDate(year: year, month: Int(month), day: Int(day))
        else { return nil }
        let midnight = date.daysSinceEpoch * 86_400_000
        if reader.isAtEnd {
            self.init(milliseconds: midnight)
            return
        }
        guard reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let time = reader.timeOfDay(), let offset = reader.zoneOffset(), reader.isAtEnd
        else { return nil }
        self.init(milliseconds: midnight + time - offset)
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// The conversions are those of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March so that
/// the leap day is the last of the year, and 400-year eras of 146,097 days repeat.
package struct CivilDate: Equatable, Sendable {
    package var year: Int64
    package var month: Int
    package var day: Int

    /// Fails for a month outside 1...12 or a day that the month does not have.
    package init?(year: Int64, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Self.daysIn(month: month, year: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    package init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var daysSinceEpoch: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.flooredQuotient(by: 400)
        let yearOfEra = marchYear - era * 400
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    package static func isLeap(year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    package static func daysIn(month: Int, year: Int64) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: isLeap(year: year) ? 29 : 28
        default: 31
        }
    }
}

extension Int64 {
    /// Division that rounds towards negative infinity; `divisor` is positive.
    package func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension CivilDate: CustomStringConvertible {
    /// ISO 8601, for the years 0000 to 9999: `2026-11-22`.
    package var description: String {
        var text = [UInt8]()
        text.append(self)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads ISO 8601; nil for anything else, impossible dates included.
    package init?(_ text: String) {
        guard text.utf8.count == 10, let midnight = Timestamp(iso8601: text) else { return nil }
        self.init(daysSinceEpoch: midnight.milliseconds.flooredQuotient(by: 86_400_000))
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ date: CivilDate) {
        append(decimal: date.year, width: 4)
        append(UInt8(ascii: "-"))
        append(decimal: Int64(date.month), width: 2)
        append(UInt8(ascii: "-"))
        append(decimal: Int64(date.day), width: 2)
    }

    /// Appends a non-negative number with leading zeros up to `width` digits.
    fileprivate mutating func append(decimal value: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        for _ in 0..<width {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}

/// Reads fixed-width decimal fields.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func digits(_ count: Int) -> Int64? {
        guard position + count <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        position += count
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fraction`, as milliseconds.
    mutating func timeOfDay() -> Int64? {
        guard let hour = digits(2), hour < 24, skip(":"), let minute = digits(2), minute < 60 else { return nil }
        var milliseconds = (hour * 60 + minute) * 60_000
        guard skip(":") else { return milliseconds }
        guard let second = digits(2), second < 60 else { return nil }
        milliseconds += second * 1000
        guard skip(".") else { return milliseconds }
        guard var digit = digits(1) else { return nil }
        var scale: Int64 = 100
        repeat {
            milliseconds += digit * scale
            scale /= 10
            guard let next = digits(1) else { break }
            digit = next
        } while true
        return milliseconds
    }

    /// `Z`, `+hh:mm` or `-hh:mm`, as milliseconds east of UTC.
    mutating func zoneOffset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let isWest: Bool
        if skip("+") { isWest = false } else if skip("-") { isWest = true } else { return nil }
        guard let hour = digits(2), hour < 24, skip(":"), let minute = digits(2), minute < 60 else { return nil }
        let offset = (hour * 60 + minute) * 60_000
        return isWest ? -offset : offset
    }
}
