import HearthDrivers
import HearthTelemetry

extension Setting where Value == Int {
    static func integer(_ place: SettingPlace, _ fallback: Int, in range: ClosedRange<Int>, _ meaning: String) -> Setting {
        Setting(
            place, default: fallback, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)", meaning: meaning,
            read: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } },
            write: { "\($0)" })
    }

    static func bytes(_ place: SettingPlace, _ fallback: Int, in range: ClosedRange<Int>, _ meaning: String) -> Setting {
        let limits = "\(SettingText.write(bytes: range.lowerBound)) to \(SettingText.write(bytes: range.upperBound))"
        return Setting(
            place, default: fallback, allowed: "a size such as 64MiB, 100MB or 1000, from \(limits)", meaning: meaning,
            read: { text in SettingText.bytes(text).flatMap { range.contains($0) ? $0 : nil } },
            write: { SettingText.write(bytes: $0) })
    }
}

extension Setting where Value == Int? {
    static func optionalInteger(_ place: SettingPlace, in range: ClosedRange<Int>, _ meaning: String) -> Setting {
        Setting(
            place, default: nil, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)", meaning: meaning,
            read: { text in Int(text).flatMap { range.contains($0) ? .some($0) : nil } },
            write: { $0.map { "\($0)" } })
    }
}

extension Setting where Value == Double {
    static func share(_ place: SettingPlace, _ fallback: Double, _ meaning: String) -> Setting {
        Setting(
            place, default: fallback, allowed: "a number from 0 to 1", meaning: meaning,
            read: { text in Double(text).flatMap { (0...1).contains($0) ? $0 : nil } },
            write: { "\($0)" })
    }
}

extension Setting where Value == Bool {
    static func boolean(_ place: SettingPlace, _ fallback: Bool, profiles: [Profile: Bool] = [:], _ meaning: String) -> Setting {
        Setting(
            place, default: fallback, profiles: profiles, allowed: "true or false", choices: ["true", "false"], meaning: meaning,
            read: SettingText.boolean, write: { "\($0)" })
    }
}

extension Setting where Value == Duration {
    static func duration(_ place: SettingPlace, _ fallback: Duration, in range: ClosedRange<Duration>, _ meaning: String) -> Setting {
        let limits = "\(SettingText.write(range.lowerBound)) to \(SettingText.write(range.upperBound))"
        return Setting(
            place, default: fallback, allowed: "a duration such as 200ms, 30s, 15m, 2h or 7d, from \(limits)", meaning: meaning,
            read: { text in SettingText.duration(text).flatMap { range.contains($0) ? $0 : nil } },
            write: SettingText.write)
    }
}

extension Setting where Value == Duration? {
    /// How long something lives; nil for what never expires.
    static func lifetime(_ place: SettingPlace, _ fallback: Duration?, in range: ClosedRange<Duration>, _ meaning: String) -> Setting {
        optionalDuration(place, fallback, unset: "never", in: range, meaning)
    }

    /// A duration, or a word for what holds without one.
    static func optionalDuration(
        _ place: SettingPlace, _ fallback: Duration?, unset: String, in range: ClosedRange<Duration>, _ meaning: String
    ) -> Setting {
        let limits = "\(SettingText.write(range.lowerBound)) to \(SettingText.write(range.upperBound))"
        return Setting(
            place, default: fallback, allowed: "\(unset), or a duration such as 30s, 15m, 2h or 7d, from \(limits)", choices: [unset],
            meaning: meaning,
            read: { text in
                if text == unset { return .some(nil) }
                return SettingText.duration(text).flatMap { range.contains($0) ? .some($0) : nil }
            },
            write: { $0.map(SettingText.write) ?? unset })
    }
}

extension Setting where Value == CivilDate? {
    static func date(_ place: SettingPlace, _ meaning: String) -> Setting {
        Setting(
            place, default: nil, allowed: "a date such as 2026-11-01", meaning: meaning,
            read: { text in CivilDate(text).map { .some($0) } }, write: { $0?.description })
    }
}

extension Setting where Value == Int64 {
    static func microDollars(_ place: SettingPlace, _ fallback: Int64, _ meaning: String) -> Setting {
        Setting(
            place, default: fallback, allowed: "an amount in US dollars with up to six decimals, such as 0.002", meaning: meaning,
            read: SettingText.microDollars, write: { SettingText.write(microDollars: $0) })
    }
}

extension Setting where Value == String {
    /// A text that is not empty and has no control characters; at most 1,000 characters.
    static func text(_ place: SettingPlace, _ fallback: String, allowed: String = "a text", _ meaning: String) -> Setting {
        Setting(place, default: fallback, allowed: allowed, meaning: meaning, read: SettingText.plain, write: { $0 })
    }

    static func url(_ place: SettingPlace, _ fallback: String, schemes: [String], example: String, _ meaning: String) -> Setting {
        Setting(
            place, default: fallback, allowed: "an address such as \(example)", meaning: meaning,
            read: { text in ServiceURL(text).flatMap { schemes.contains($0.scheme) ? text : nil } },
            write: { $0 })
    }
}

extension Setting where Value == String? {
    static func optionalText(_ place: SettingPlace, allowed: String = "a text", _ meaning: String) -> Setting {
        Setting(place, default: nil, allowed: allowed, meaning: meaning, read: { SettingText.plain($0).map { .some($0) } }, write: { $0 })
    }
}

extension Setting where Value == Secret? {
    static func secret(
        _ place: SettingPlace, allowed: String, accepts: @escaping @Sendable (String) -> Bool = { SettingText.plain($0) != nil },
        _ meaning: String
    ) -> Setting {
        Setting(
            place, default: nil, allowed: allowed, isSecret: true, meaning: meaning,
            read: { text in accepts(text) ? .some(Secret(text)) : nil }, write: { _ in nil })
    }

    /// An address that may carry a password.
    static func secretURL(
        _ place: SettingPlace, schemes: [String], example: String,
        show: @escaping @Sendable (String) -> String = { ServiceURL($0)?.masked ?? SettingText.mask }, _ meaning: String
    ) -> Setting {
        Setting(
            place, default: nil, allowed: "an address such as \(example)", isSecret: true, show: show,
            meaning: meaning,
            read: { text in ServiceURL(text).flatMap { schemes.contains($0.scheme) ? .some(Secret(text)) : nil } },
            write: { _ in nil })
    }
}

extension Setting where Value: RawRepresentable<String> & CaseIterable {
    static func choice(_ place: SettingPlace, _ fallback: Value, _ meaning: String) -> Setting {
        let words = Value.allCases.map(\.rawValue)
        let allowed = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return Setting(
            place, default: fallback, allowed: allowed, choices: words, meaning: meaning,
            read: { Value(rawValue: $0) }, write: { $0.rawValue })
    }
}

extension Setting where Value == [String] {
    /// Several texts: a YAML list, or one text with `;` between the parts.
    static func texts(_ place: SettingPlace, _ fallback: [String], allowed: String, _ meaning: String) -> Setting {
        Setting(
            place, default: fallback, allowed: allowed, isList: true, meaning: meaning,
            read: { text in
                let parts = text.split(separator: ";").map { SettingText.trimmed($0) }.filter { !$0.isEmpty }
                return parts.isEmpty || parts.count > 10 ? nil : parts
            },
            write: { $0.joined(separator: "; ") })
    }
}

extension SettingText {
    /// The text, if it is short, not empty and without control characters.
    @Sendable static func plain(_ text: String) -> String? {
        let isClean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        return isClean && (1...1000).contains(text.count) ? text : nil
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace = { (character: Character) in character.isWhitespace || character.isNewline }
        let start = text.drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(start[...end])
    }
}
