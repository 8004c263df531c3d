/// Where the value of a setting was written.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    case defaults
    case profile(Profile)
    case file(name: String, line: Int?)
    case variable(String)
    case flag(String)

    package var description: String {
        switch self {
        case .defaults: "default"
        case .profile(let profile): "profile \(profile.rawValue)"
        case .file(let name, let line): line.map { "\(name):\($0)" } ?? name
        case .variable(let name): name
        case .flag(let name): name
        }
    }
}

/// One thing that is wrong with the configuration.
package struct ConfigurationFault: Sendable, Equatable {
    /// Where it was written; nil for what is missing everywhere.
    package var origin: SettingOrigin?
    /// The key, variable or flag.
    package var subject: String
    /// What was written, masked if it is secret; nil where there is nothing to show.
    package var value: String?
    /// What is wrong and what is allowed.
    package var problem: String
    /// The known word that was probably meant.
    package var suggestion: String?

    package init(origin: SettingOrigin?, subject: String, value: String? = nil, problem: String, suggestion: String? = nil) {
        self.origin = origin
        self.subject = subject
        self.value = value
        self.problem = problem
        self.suggestion = suggestion
    }

    /// The fault in one line: place, key, value, what is allowed, nearest name.
    package var line: String {
        var text = ""
        switch origin {
        case .file, .profile:
            text = origin.map { "\($0)  \(subject): " } ?? ""
        case .variable(let name), .flag(let name):
            text = name == subject ? "\(subject): " : "\(name)  \(subject): "
        case .defaults, nil:
            text = "\(subject): "
        }
        if let value { text += Self.quoted(value) + " " }
        text += problem
        if let suggestion { text += "; did you mean \(suggestion)?" }
        return text
    }

    /// At most 60 characters in quotation marks, without anything that could move a terminal's cursor.
    private static func quoted(_ value: String) -> String {
        let visible = value.unicodeScalars.prefix(60).map { $0.value < 0x20 || $0.value == 0x7F ? "�" : String($0) }.joined()
        return value.unicodeScalars.count > 60 ? "\"\(visible)…\"" : "\"\(visible)\""
    }

    /// Faults are listed as a reader goes through the places: file by line, variables, flags, then what is missing.
    var order: (Int, Int, String) {
        switch origin {
        case .file(_, let line): (0, line ?? 0, subject)
        case .variable(let name): (1, 0, name)
        case .flag(let name): (2, 0, name)
        case .defaults, .profile, nil: (3, 0, subject)
        }
    }
}

/// Everything that is wrong with the configuration, at once.
package struct ConfigurationError: Error, CustomStringConvertible {
    package let faults: [ConfigurationFault]

    package init(faults: [ConfigurationFault]) {
        self.faults = faults.sorted { $0.order < $1.order }
    }

    /// The exit status of a process that was configured wrongly.
    package static let exitStatus: Int32 = 2

    /// `hearth.yaml has 3 faults:` and one line for each.
    package var description: String {
        let count = faults.count == 1 ? "1 fault" : "\(faults.count) faults"
        return (["\(place) has \(count):"] + faults.map { "  " + $0.line }).joined(separator: "\n")
    }

    private var place: String {
        var fileNames: Set<String> = []
        var isOutsideFiles = false
        for fault in faults {
            if case .file(let name, _) = fault.origin { fileNames.insert(name) } else { isOutsideFiles = true }
        }
        guard let name = fileNames.first, fileNames.count == 1, !isOutsideFiles else { return "The configuration" }
        return name
    }
}
