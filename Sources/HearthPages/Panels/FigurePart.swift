import HearthTelemetry

/// A chart with what belongs to it: its message in a sentence, its figures as a table, links.
struct FigurePart: Sendable {
    var id: String
    var heading: String
    /// The message, with figures.
    var caption: String
    /// Empty where there is nothing to draw.
    var svg: String
    var table: DataTable?
    var links: [Link] = []

    struct Link: Sendable {
        var name: String
        var href: String
        /// The name in full, for those who hear links by themselves; it begins with `name`.
        var label: String?
    }

    var values: Values {
        var values: Values = [
            "id": id, "heading": heading, "caption": caption, "svg": svg, "hasTable": table != nil,
            "links": links.map { ["name": $0.name, "href": $0.href, "label": $0.label as Any?].compactMapValues { $0 } },
        ]
        if let table { values["table"] = table.values }
        return values
    }

    /// The identifiers of heading and message, which together name the picture.
    static func names(_ id: String) -> String { "\(id)-h \(id)-c" }
}

/// The figures of a chart, one row for each point.
struct DataTable: Sendable {
    var label: String
    /// The first is the head of each row.
    var columns: [String]
    var rows: [[String]]

    var values: Values {
        [
            "label": label,
            "columns": columns.enumerated().map { ["name": $0.element, "isNumber": $0.offset > 0] as Values },
            "rows": rows.map { ["head": $0.first ?? "", "cells": Array($0.dropFirst())] as Values },
        ]
    }
}

extension Templates {
    static let figurePanel = PanelTemplate("{{> figure}}")
}

extension PageContext {
    /// *CSV*, *JSON* and *What is this?* for figures of the statistics.
    func usageLinks(_ usage: Usage, about anchor: String, of heading: String) -> [FigurePart.Link] {
        let period =
            switch usage.bucket {
            case .minute: "minute"
            case .hour: "hourly"
            case .day: "daily"
            case .week: "weekly"
            case .month: "monthly"
            }
        let address = { (format: String?) in
            api(
                "/cache/statistics",
                [
                    "period": period, "startDate": usage.from.description, "endDate": usage.to.description,
                    "language": state.language?.rawValue, "category": state.category?.rawValue, "format": format,
                ])
        }
        let isFiltered = state.language != nil || state.category != nil
        let clear = named(text(.clearFilters), here { ($0.language, $0.category) = (nil, nil) }, heading)
        return (isFiltered && usage.totals.answers == 0 ? [clear] : []) + [
            named("CSV", address("csv"), heading), named("JSON", address(nil), heading), helpLink(anchor, heading),
        ]
    }

    func named(_ name: String, _ href: String, _ heading: String) -> FigurePart.Link {
        FigurePart.Link(name: name, href: href, label: name + ": " + heading)
    }

    func helpLink(_ anchor: String, _ heading: String) -> FigurePart.Link {
        named(text(.whatIsThis), link(.help) + "#" + anchor, heading)
    }

    /// What is said in place of a chart without a question in it.
    func emptyRange(_ usage: Usage) -> String {
        guard let first = usage.firstQuestion else { return text(.noQuestionsYet) }
        if state.language != nil || state.category != nil {
            let filters = [state.language.map(language), state.category.map(category)].compactMap { $0 }.joined(separator: ", ")
            return text(.nothingForFilter, ["filter": filters])
        }
        guard let days = usage.keptDays, first < now - .seconds(Int64(days) * 86_400), usage.to < now - .seconds(Int64(days) * 86_400)
        else {
            return text(.nothingInRange, ["time": calendar.fullMoment(first)])
        }
        return text(.afterRetention, count: Int64(days))
    }
}
