extension MetricCatalogue {
    /// The catalogue as Markdown: one table per area.
    package static func markdown() -> String {
        var text = ""
        for (name, families) in areas {
            text += "## \(name)\n\n| Name | Type | Labels | Unit | Meaning | Buckets | Lines at most |\n|---|---|---|---|---|---|---|\n"
            for family in families {
                let labels = family.labels.map(\.markdown).joined(separator: " · ")
                let buckets = family.buckets.values.map(number).joined(separator: " ")
                let unit = family.unit.rawValue
                let cells = [
                    "`\(family.name)`", family.kind.rawValue, labels.isEmpty ? "–" : labels, unit.isEmpty ? "–" : unit,
                    family.help.replacing("|", with: "\\|"),
                    buckets.isEmpty ? "–" : buckets, "\(family.maximumLines)",
                ]
                text += "| \(cells.joined(separator: " | ")) |\n"
            }
            text += "\n"
        }
        return text
    }

    /// The catalogue as a JSON array of objects with `area`, `name`, `type`, `unit`, `help`, `labels`, `buckets`, `maximumLines`.
    package static func json() -> [UInt8] {
        let objects = areas.flatMap { area in
            area.families.map { family in
                let labels = family.labels.map(\.json).joined(separator: ",")
                let buckets = family.buckets.values.map { "\($0)" }.joined(separator: ",")
                return "{\"area\":\(quoted(area.name)),\"name\":\(quoted(family.name)),\"type\":\(quoted(family.kind.rawValue)),"
                    + "\"unit\":\(quoted(family.unit.rawValue)),\"help\":\(quoted(family.help)),\"labels\":[\(labels)],"
                    + "\"buckets\":[\(buckets)],\"maximumLines\":\(family.maximumLines)}"
            }
        }
        return Array("[\n\(objects.joined(separator: ",\n"))\n]\n".utf8)
    }

    fileprivate static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONText.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func number(_ value: Double) -> String {
        var bytes: [UInt8] = []
        bytes.append(sample: value)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension LabelDescriptor {
    fileprivate var markdown: String {
        switch values {
        case .closed(let values) where values.count > 12: "`\(name)` (\(values.count) values)"
        case .closed(let values): "`\(name)` " + values.map { $0.isEmpty ? "(empty)" : $0 }.joined(separator: ", ")
        case .configured(let table): "`\(name)` (from the \(table.rawValue))"
        }
    }

    fileprivate var json: String {
        let quoted = MetricCatalogue.quoted
        switch values {
        case .closed(let values): return "{\"name\":\(quoted(name)),\"values\":[\(values.map(quoted).joined(separator: ","))]}"
        case .configured(let table): return "{\"name\":\(quoted(name)),\"from\":\(quoted(table.rawValue))}"
        }
    }
}
