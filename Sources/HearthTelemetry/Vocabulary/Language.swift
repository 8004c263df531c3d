/// A language whose questions Hearth keeps apart and normalises by rules of its own.
///
/// The raw value is the ISO 639-1 code used in requests, cache keys and metrics.
package enum Language: String, CaseIterable, Codable, Sendable {
    case ru
    case en
    case es
    case pt
    case he
}

extension Language {
    /// The position in ``allCases``, for tables that are indexed by language.
    package var index: Int {
        switch self {
        case .ru: 0
        case .en: 1
        case .es: 2
        case .pt: 3
        case .he: 4
        }
    }
}
