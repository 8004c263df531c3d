/// Why a schedule was refused, with a spelling that would be accepted where there is one.
package struct ScheduleError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case empty
        case tooLong = "too_long"
        case fieldCount = "field_count"
        case unexpectedCharacter = "unexpected_character"
        case emptyItem = "empty_item"
        case outOfRange = "out_of_range"
        case wrapAround = "wrap_around"
        case stepAfterValue = "step_after_value"
        case stepZero = "step_zero"
        case stepTooLarge = "step_too_large"
        case unknownName = "unknown_name"
        case misplaced
        case ambiguousDays = "ambiguous_days"
        case impossible
        case unknownNickname = "unknown_nickname"
        case badDuration = "bad_duration"
        case zoneGivenTwice = "zone_given_twice"
        case unknownZone = "unknown_zone"
        case damagedZone = "damaged_zone"
    }

    package let code: Code
    /// What failed, on what, and what to write instead.
    package let message: String
    /// The corrected spelling of the faulty part alone.
    package let suggestion: String?
    package let field: CronField?

    package init(_ code: Code, _ message: String, suggestion: String? = nil, field: CronField? = nil) {
        self.code = code
        self.message = message
        self.suggestion = suggestion
        self.field = field
    }

    package var description: String { message }
}
