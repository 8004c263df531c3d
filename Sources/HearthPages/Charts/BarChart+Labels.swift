/// Names beside the end of the bars, in place of a legend.
extension BarChart {
    struct EndLabel: Sendable, Equatable {
        /// Nil is the line.
        var series: Int?
        var name: String
        var y: Double
    }

    static let labelDistance = 15.0

    /// Makes the plot narrower by what the widest name needs.
    mutating func makeRoomForLabels() {
        let names = used.map { series[$0].name } + (lineName.map { [$0] } ?? [])
        frame.end = (names.map(ChartFrame.width).max() ?? 0) + 28
    }

    /// The series that any bar has a part of.
    private var used: [Int] {
        series.indices.filter { index in bars.contains { $0.values.indices.contains(index) && $0.values[index] > 0 } }
    }

    /// Each beside the middle of its part of the last whole bar, moved apart so that no two touch.
    func endLabels(on axis: ValueAxis) -> [EndLabel] {
        let last = bars.last { $0.isComplete && $0.values.contains { $0 > 0 } } ?? bars.last
        let parts = last.map { rectangles($0, on: axis) } ?? []
        var labels = used.map { index in
            let part = parts.first { $0.series == index }
            let fallback = series[index].isBelowZero ? frame.floor : frame.y(axis.share(0)) - 4
            return EndLabel(series: index, name: series[index].name, y: part.map { $0.y + $0.height / 2 } ?? fallback)
        }
        if let lineName { labels.append(EndLabel(series: nil, name: lineName, y: frame.y(axis.share(last?.line ?? 0)))) }
        labels.sort { $0.y < $1.y }
        for index in labels.indices.dropFirst() { labels[index].y = max(labels[index].y, labels[index - 1].y + Self.labelDistance) }
        var limit = frame.floor
        for index in labels.indices.reversed() {
            labels[index].y = min(labels[index].y, limit)
            limit = labels[index].y - Self.labelDistance
        }
        return labels
    }

    func endLabels(_ axis: ValueAxis, _ svg: inout SVGText) {
        let x = frame.width - frame.end + 6
        for label in endLabels(on: axis) {
            if let series = label.series {
                svg.element(
                    "rect",
                    [
                        "class": "f\(series + 1)", "fill": series == 0 ? "" : "url(#\(id)-f\(series + 1))", "x": SVGText.number(x),
                        "y": SVGText.number(label.y - 5), "width": "10", "height": "10",
                    ])
            } else {
                svg.element(
                    "line",
                    [
                        "class": "series net", "x1": SVGText.number(x), "x2": SVGText.number(x + 10), "y1": SVGText.number(label.y),
                        "y2": SVGText.number(label.y),
                    ])
            }
            svg.label(label.name, ["class": "tick name", "x": SVGText.number(x + 15), "y": SVGText.number(label.y + 4)])
        }
    }
}
