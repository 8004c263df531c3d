import HearthTelemetry
import Mustache

/// The words of a page in one language.
struct PageText: Sendable, MustacheParent {
    let language: Language
    private let entries: [String: String]
    private let figures: Figures

    static func of(_ language: Language) -> PageText { tables[language.index] }

    private static let tables = Language.allCases.map { PageText(language: $0, tables: source(of: $0)) }

    private static func source(of language: Language) -> [String] {
        switch language {
        case .ru: Russian.tables
        case .en: English.tables
        case .es: Spanish.tables
        case .pt: Portuguese.tables
        case .he: Hebrew.tables
        }
    }

    /// - Parameter tables: lines `key = text`; of words beside numbers, one line for each form: `key.few = text`.
    init(language: Language, tables: [String]) {
        self.language = language
        figures = Figures(language)
        var entries: [String: String] = [:]
        for line in tables.flatMap({ $0.split(separator: "\n") }) {
            guard let sign = line.firstRange(of: " = ") else { continue }
            entries[String(line[..<sign.lowerBound])] = String(line[sign.upperBound...])
        }
        self.entries = entries
    }

    /// Templates ask for `t.key`.
    func child(named name: String) -> Any? { entries[name] ?? name }

    func callAsFunction(_ phrase: Phrase) -> String { entries[phrase.rawValue] ?? phrase.rawValue }

    /// With `{name}` replaced.
    func callAsFunction(_ phrase: Phrase, _ values: KeyValuePairs<String, String>) -> String {
        fill(self(phrase), Array(values))
    }

    /// In the form that belongs to the number, which stands for `{n}`.
    func callAsFunction(_ phrase: Phrase, count: Int64, _ values: KeyValuePairs<String, String> = [:]) -> String {
        let key = phrase.rawValue + "." + PluralForm(count, in: language).rawValue
        let pattern = entries[key] ?? entries[phrase.rawValue + ".other"] ?? phrase.rawValue
        return fill(pattern, [("n", figures.count(count))] + values)
    }

    /// The word for a value of an enumeration; the value itself where there is none.
    func word(_ family: PhraseFamily, _ value: String) -> String { entries[family.rawValue + "_" + value] ?? value }

    /// One pass, so that what is put in is never taken for a placeholder.
    private func fill(_ pattern: String, _ values: [(key: String, value: String)]) -> String {
        var text = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close]
            text += rest[..<open]
            text += values.first { $0.key == name }.map { isolated($0.value) } ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    /// A text whose letters run the other way than the language's, kept from reordering what is around it.
    func isolated(_ value: String) -> String {
        let isForeign = value.unicodeScalars.contains { scalar in
            let isRightToLeft = (0x590...0x8FF).contains(scalar.value) || (0xFB1D...0xFDFF).contains(scalar.value)
            return language.direction == "rtl" ? scalar.properties.isAlphabetic && !isRightToLeft : isRightToLeft
        }
        return isForeign ? "\(HTMLText.isolateStart)\(value)\(HTMLText.isolateEnd)" : value
    }

    var keys: Set<String> { Set(entries.keys) }
    func entry(_ key: String) -> String? { entries[key] }
}

/// Words for the values of enumerations; a key is the family, an underscore and the value.
enum PhraseFamily: String, CaseIterable, Sendable {
    case outcome
    case trigger
    case language
    case category
    case missReason
    case event
    case breaker
    case condition
    case conditionState
    case component
    case action
    case daylight
    case overlap
    case step
    case range
    case scope

    /// The values that have a word in every language.
    var values: [String] {
        switch self {
        case .outcome: JobOutcome.allCases.map(\.rawValue)
        case .trigger: PageState.triggers
        case .language: Language.allCases.map(\.rawValue)
        case .category: ResponseCategory.allCases.map(\.rawValue)
        case .missReason: MissReason.allCases.map(\.rawValue)
        case .event: PageEvent.Kind.allCases.map(\.rawValue)
        case .breaker: ProviderStanding.Breaker.allCases.map(\.rawValue)
        case .condition: Condition.ID.allCases.map(\.rawValue)
        case .conditionState: Condition.State.allCases.map(\.rawValue)
        case .component: ["redis", "postgres", "sqlite", "provider", "memory", "database"]
        case .action: PageAction.allCases.map(\.rawValue)
        case .daylight: PlannedRun.Daylight.allCases.map(\.rawValue).filter { $0 != "none" }
        case .overlap: ["skip", "queue", "replace", "allow"]
        case .step: Explanation.Step.Result.allCases.map(\.rawValue) + PageFault.StartStep.State.allCases.map(\.rawValue)
        case .range: PageRange.rolling.map(\.word)
        case .scope: Scope.allCases.map(\.rawValue)
        }
    }
}
