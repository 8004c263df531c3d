import HearthTelemetry

/// The forms that words take beside whole numbers, by the rules of CLDR.
enum PluralForm: String, CaseIterable, Sendable {
    case one
    case two
    case few
    case many
    case other

    /// The forms that a language has for whole numbers.
    static func forms(of language: Language) -> [PluralForm] {
        switch language {
        case .en: [.one, .other]
        case .es, .pt: [.one, .many, .other]
        case .ru: [.one, .few, .many, .other]
        case .he: [.one, .two, .other]
        }
    }

    init(_ number: Int64, in language: Language) {
        let count = number.magnitude
        switch language {
        case .en: self = count == 1 ? .one : .other
        case .es: self = count == 1 ? .one : Self.isWholeMillions(count) ? .many : .other
        case .pt: self = count <= 1 ? .one : Self.isWholeMillions(count) ? .many : .other
        case .he: self = count == 1 ? .one : count == 2 ? .two : .other
        case .ru:
            let (last, lastTwo) = (count % 10, count % 100)
            if last == 1, lastTwo != 11 {
                self = .one
            } else if (2...4).contains(last), !(12...14).contains(lastTwo) {
                self = .few
            } else {
                self = .many
            }
        }
    }

    private static func isWholeMillions(_ count: UInt64) -> Bool { count != 0 && count.isMultiple(of: 1_000_000) }
}
