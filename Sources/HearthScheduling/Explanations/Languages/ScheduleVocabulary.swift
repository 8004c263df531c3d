import HearthTelemetry

/// The words of a language for schedules.
///
/// They are chosen so that nothing has to be inflected: numbers and names stand in lists, as on a timetable. Texts in braces are replaced.
struct ScheduleVocabulary: Sendable {
    var manual: String
    var startup: String
    var reboot: String
    /// `{n}` and `{unit}`.
    var every: String
    var everyOne: Units
    var units: Units
    /// `{times}`.
    var at: String
    /// `{list}`.
    var seconds: String
    var minutes: String
    /// `{n}`: what comes after the minutes where hours have a step.
    var everyHours: String
    var hours: String
    var monthDays: String
    var lastDay: String
    /// `{n}`.
    var beforeLast: String
    /// `{day}`.
    var nearest: String
    /// `{what}`.
    var nearestTo: String
    var weekdays: String
    /// `{n}` and `{day}`.
    var ordinal: String
    /// `{day}`.
    var last: String
    /// `{a}` and `{b}`.
    var either: String
    var both: String
    var through: String
    var and: String
    var months: String
    var years: String
    /// From Sunday on.
    var weekdayNames: [String]
    var monthNames: [String]

    struct Units: Sendable {
        var day: String
        var hour: String
        var minute: String
        var second: String

        subscript(unit: CronWords.Unit) -> String {
            switch unit {
            case .day: day
            case .hour: hour
            case .minute: minute
            case .second: second
            }
        }
    }

    /// Nil for English, which has words of its own.
    static func of(_ language: Language) -> ScheduleVocabulary? {
        switch language {
        case .en: nil
        case .ru: russian
        case .es: spanish
        case .pt: portuguese
        case .he: hebrew
        }
    }
}
