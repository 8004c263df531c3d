/// Durations as `@every` takes them: `90s`, `1h30m`, `2d`.
enum ScheduleDuration {
    /// About 100 years; longer is a mistake.
    private static let longest: Int64 = 100 * 366 * 86_400

    /// Whole seconds, at least one.
    static func seconds(_ text: Substring) throws(ScheduleError) -> Int64 {
        var total: Int64 = 0
        var number: Int64?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let value = (number ?? 0) * 10 + Int64(byte - UInt8(ascii: "0"))
                guard value <= longest else { throw fault(text, "is longer than 100 years") }
                number = value
            case let unit:
                guard let length = length(ofUnit: unit | 0x20), let count = number else {
                    throw fault(text, "is not a duration")
                }
                total += count * length
                guard total <= longest else { throw fault(text, "is longer than 100 years") }
                number = nil
            }
        }
        guard number == nil, !text.isEmpty else { throw fault(text, "is not a duration") }
        guard total >= 1 else { throw fault(text, "is shorter than one second") }
        return total
    }

    /// The shortest spelling of a number of seconds: `1h30m`.
    static func text(seconds: Int64) -> String {
        var rest = seconds
        var text = ""
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60), ("s", 1)] where rest >= length {
            text += "\(rest / length)\(unit)"
            rest %= length
        }
        return text
    }

    private static func length(ofUnit unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3600
        case UInt8(ascii: "d"): 86_400
        default: nil
        }
    }

    private static func fault(_ text: Substring, _ reason: String) -> ScheduleError {
        ScheduleError(.badDuration, "@every \(text): \"\(text)\" \(reason); write whole numbers with d, h, m and s, such as @every 1h30m.")
    }
}
