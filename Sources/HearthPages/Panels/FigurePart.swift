import HearthTelemetry

/// A chart with what belongs to it: its message in a sentence, its figures as a table.
struct FigurePart: Sendable {
    var id: String
    var heading: String
    /// The message, with figures.
    var caption: String
    /// Empty where there is nothing to draw.
    var svg: String
    var table: DataTable?

    var values: Values {
        var values: Values = [
            "id": id, "heading": heading, "caption": caption, "svg": svg, "hasTable": table != nil,
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
    /// The foot of figures that the statistics have.
    ///
    /// - Parameter table: what the lines of the CSV are about; each bucket by default.
    func usageFoot(_ usage: Usage, about anchor: String, of heading: Phrase, table: String? = nil) -> PanelFoot {
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
                    "table": format == nil ? nil : table,
                ])
        }
        let isFiltered = state.language != nil || state.category != nil
        let clear = named(text(.clearFilters), here { ($0.language, $0.category) = (nil, nil) }, text(heading))
        return PanelFoot(
            others: isFiltered && usage.totals.answers == 0 ? [clear] : [], csv: address("csv"), json: address(nil), help: anchor)
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
