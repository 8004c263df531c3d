/// Everything about one setting but its Swift type; what listings, documents and fault messages need.
package struct SettingDescription: Sendable {
    /// The dotted path in the file, such as `redis.poolMin`.
    package let key: String
    /// The environment variable, if it has one.
    package let variable: String?
    /// The flag of `hearth serve`, if it has one.
    package let flag: String?
    /// The default as text; nil when it is unset.
    package let defaultText: String?
    /// Defaults that differ in a profile, as text.
    package let profileDefaults: [Profile: String]
    /// One sentence for people.
    package let meaning: String
    /// What a value must be, as it is printed in faults.
    package let allowed: String
    /// The words it may be, where it is one of a few; for hints at misspellings.
    package let choices: [String]
    /// Whether the value must be masked; such a setting may also be read from a file, see ``fileKey`` and ``fileVariable``.
    package let isSecret: Bool
    /// Whether the file may give a list of texts.
    package let isList: Bool
    /// The value as it may be shown: addresses lose their password, other secrets everything.
    let show: @Sendable (String) -> String
    /// Whether a text is a value that is allowed.
    package let accepts: @Sendable (String) -> Bool

    /// The key that names a file to read a secret from.
    package var fileKey: String? { isSecret ? key + "File" : nil }
    /// The variable that names a file to read a secret from.
    package var fileVariable: String? { isSecret ? variable.map { $0 + "_FILE" } : nil }

    /// The default of a profile.
    package func defaultText(for profile: Profile) -> String? { profileDefaults[profile] ?? defaultText }
}

/// One setting with its type: where it is written, what it may be, and what it is when nobody says anything.
package struct Setting<Value: Sendable>: Sendable {
    package let description: SettingDescription
    let fallback: Value
    let read: @Sendable (String) -> Value?

    /// Settings are made by the constructors in `Setting+Kinds.swift`.
    init(
        _ place: SettingPlace,
        default fallback: Value,
        profiles: [Profile: Value] = [:],
        allowed: String,
        choices: [String] = [],
        isSecret: Bool = false,
        isList: Bool = false,
        show: (@Sendable (String) -> String)? = nil,
        meaning: String,
        read: @escaping @Sendable (String) -> Value?,
        write: (Value) -> String?
    ) {
        description = SettingDescription(
            key: place.key,
            variable: place.variable,
            flag: place.flag,
            defaultText: write(fallback),
            profileDefaults: profiles.compactMapValues(write),
            meaning: meaning,
            allowed: allowed,
            choices: choices,
            isSecret: isSecret,
            isList: isList,
            show: show ?? { isSecret ? SettingText.mask : $0 },
            accepts: { read($0) != nil }
        )
        self.fallback = fallback
        self.read = read
    }
}

/// Where a setting may be written.
struct SettingPlace: ExpressibleByStringLiteral {
    var key: String
    var variable: String?
    var flag: String?

    init(_ key: String, variable: String? = nil, flag: String? = nil) {
        self.key = key
        self.variable = variable
        self.flag = flag
    }

    init(stringLiteral key: String) {
        self.init(key)
    }
}
