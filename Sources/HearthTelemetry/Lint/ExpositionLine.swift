/// One line of an exposition, taken apart.
enum ExpositionLine: Equatable {
    struct Sample: Equatable {
        var name: String
        /// In the order of the line, with escapes undone.
        var labels: [(name: String, value: String)]
        var value: Double
        var exemplar: Exemplar?

        static func == (left: Sample, right: Sample) -> Bool {
            left.name == right.name && left.value == right.value && left.exemplar == right.exemplar
                && left.labels.elementsEqual(right.labels) { $0 == $1 }
        }

        func label(_ name: String) -> String? { labels.first { $0.name == name }?.value }

        /// Equal for equal label sets, whatever their order.
        var identity: String {
            name + "\u{1}" + labels.sorted { $0.name < $1.name }.map { "\($0.name)\u{2}\($0.value)" }.joined(separator: "\u{1}")
        }
    }

    struct Exemplar: Equatable {
        /// Code points of names and values.
        var labelLength: Int
        var value: Double
    }

    case help(family: String)
    case type(family: String, String)
    case unit(family: String, String)
    case end
    /// A remark, which text 0.0.4 allows.
    case comment
    case sample(Sample)

    /// Nil for what is none of these.
    init?(_ line: Substring) {
        if line.hasPrefix("#") {
            guard let parsed = Self.comment(line) else { return nil }
            self = parsed
        } else {
            var scanner = SampleScanner(line)
            guard let sample = scanner.sample() else { return nil }
            self = .sample(sample)
        }
    }

    private static func comment(_ line: Substring) -> ExpositionLine? {
        if line == "# EOF" { return .end }
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count >= 3, words[0] == "#", ["HELP", "TYPE", "UNIT"].contains(words[1]) else { return .comment }
        let family = String(words[2])
        let rest = words.count > 3 ? String(words[3]) : ""
        switch words[1] {
        case "HELP": return .help(family: family)
        case "TYPE": return rest.isEmpty ? nil : .type(family: family, rest)
        default: return .unit(family: family, rest)
        }
    }
}

/// Reads `name{label="value",…} value [time] [# {…} value [time]]`.
private struct SampleScanner {
    private var rest: Substring

    init(_ line: Substring) {
        rest = line
    }

    mutating func sample() -> ExpositionLine.Sample? {
        let name = rest.prefix { $0 != "{" && $0 != " " }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, let labels = labels() else { return nil }
        guard let value = number() else { return nil }
        var sample = ExpositionLine.Sample(name: String(name), labels: labels, value: value)
        if let next = rest.first, next != "#" {
            guard number() != nil else { return nil }
        }
        if take("#") {
            skipSpaces()
            guard rest.first == "{", let labels = self.labels(), let value = number() else { return nil }
            if !rest.isEmpty { guard number() != nil else { return nil } }
            let length = labels.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
            sample.exemplar = .init(labelLength: length, value: value)
        }
        return rest.isEmpty ? sample : nil
    }

    /// Empty without braces; nil where they are not closed or a value is not quoted.
    private mutating func labels() -> [(name: String, value: String)]? {
        guard take("{") else { return [] }
        var labels: [(name: String, value: String)] = []
        while !take("}") {
            let name = rest.prefix { $0 != "=" && $0 != "}" && $0 != "," }
            rest = rest.dropFirst(name.count)
            guard take("="), take("\""), let value = quoted() else { return nil }
            labels.append((String(name), value))
            guard take(",") || rest.first == "}" else { return nil }
        }
        return labels
    }

    /// The rest of a quoted text, with its closing mark.
    private mutating func quoted() -> String? {
        var scalars = String.UnicodeScalarView()
        var isEscaped = false
        var index = rest.unicodeScalars.startIndex
        while index < rest.unicodeScalars.endIndex {
            let scalar = rest.unicodeScalars[index]
            index = rest.unicodeScalars.index(after: index)
            if isEscaped {
                scalars.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                rest = rest[index...]
                return String(scalars)
            } else {
                scalars.append(scalar)
            }
        }
        return nil
    }

    private mutating func number() -> Double? {
        skipSpaces()
        let word = rest.prefix { $0 != " " }
        rest = rest.dropFirst(word.count)
        skipSpaces()
        switch word {
        case "+Inf", "Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default: return Double(word)
        }
    }

    private mutating func skipSpaces() { rest = rest.drop { $0 == " " } }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }
}
