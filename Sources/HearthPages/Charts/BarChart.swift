/// Stacked bars over time, above and below zero, with a line over them if there is one.
struct BarChart: Sendable {
    struct Series: Sendable {
        var name: String
        var isBelowZero = false
    }

    struct Bar: Sendable {
        /// Shares of the time axis.
        var start: Double
        var end: Double
        /// Amounts of the series, none negative.
        var values: [Double]
        var line: Double?
        var isComplete: Bool
        var title: String
    }

    var frame = ChartFrame()
    /// At most four, with the line.
    var series: [Series]
    var lineName: String?
    var bars: [Bar]
    /// Whether the amounts are counts.
    var isWhole = false
    var verticalLabel: @Sendable (Double) -> String
    var ticks: [Tick]
    var zone: String
    var marks: [ChartMark] = []
    /// Goes before the names of patterns, which must differ between the charts of a page.
    var id: String
    var labelledBy: String

    var axis: ValueAxis {
        ValueAxis(
            covering: bars.flatMap { bar in
                [sum(bar, isBelowZero: false), -sum(bar, isBelowZero: true), bar.line ?? 0]
            }, isWhole: isWhole)
    }

    private func sum(_ bar: Bar, isBelowZero: Bool) -> Double {
        zip(series, bar.values).reduce(0) { $1.0.isBelowZero == isBelowZero ? $0 + $1.1 : $0 }
    }

    struct Rectangle: Sendable, Equatable {
        var x: Double
        var y: Double
        var width: Double
        var height: Double
        var series: Int
    }

    /// The parts of a bar, from zero outwards.
    func rectangles(_ bar: Bar, on axis: ValueAxis) -> [Rectangle] {
        let gap = min((frame.x(bar.end) - frame.x(bar.start)) * 0.15, 3)
        let x = frame.x(bar.start) + gap / 2
        let width = max(frame.x(bar.end) - frame.x(bar.start) - gap, 0.5)
        var above = 0.0
        var below = 0.0
        var parts: [Rectangle] = []
        for (index, value) in bar.values.enumerated() where value > 0 && index < series.count {
            let from = series[index].isBelowZero ? -(below + value) : above
            let to = series[index].isBelowZero ? -below : above + value
            if series[index].isBelowZero { below += value } else { above += value }
            let top = frame.y(axis.share(to))
            parts.append(Rectangle(x: x, y: top, width: width, height: frame.y(axis.share(from)) - top, series: index))
        }
        return parts
    }

    func svg() -> String {
        let axis = axis
        var svg = SVGText()
        svg.beginChart(frame, labelledBy: labelledBy, kind: "bars")
        patterns(&svg)
        svg.verticalAxis(axis.values.map { Tick(share: axis.share($0), label: verticalLabel($0)) }, in: frame)
        svg.timeAxis(ticks, zone: zone, in: frame)
        svg.eventMarks(marks, in: frame)
        columns(axis, &svg)
        line(axis, &svg)
        let zero = SVGText.number(frame.y(axis.share(0)))
        svg.element(
            "line",
            ["class": "axis", "x1": SVGText.number(frame.start), "x2": SVGText.number(frame.width - frame.end), "y1": zero, "y2": zero])
        endLabels(axis, &svg)
        svg.end("svg")
        return svg.text
    }

    /// All bars of a series are one path, so that a week of hours stays a small document; what is said about a bar is on the
    /// column around it.
    private func columns(_ axis: ValueAxis, _ svg: inout SVGText) {
        for isComplete in [true, false] {
            let parts = bars.filter { $0.isComplete == isComplete }.flatMap { rectangles($0, on: axis) }.filter { $0.height >= 0.05 }
            for index in series.indices {
                let own = parts.filter { $0.series == index }
                guard !own.isEmpty else { continue }
                svg.element(
                    "path",
                    [
                        "class": isComplete ? "f\(index + 1)" : "f\(index + 1) open", "fill": index == 0 ? "" : "url(#\(id)-f\(index + 1))",
                        "stroke-dasharray": isComplete ? "" : "3 2", "d": own.map(Self.outline).joined(),
                    ])
            }
        }
        // More columns than these are told apart by the table and the reading aid only.
        guard bars.count <= 60 else { return }
        for bar in bars where bar.values.contains(where: { $0 > 0 }) {
            svg.element(
                "rect",
                [
                    "class": "hover", "x": SVGText.number(frame.x(bar.start)), "y": SVGText.number(frame.top),
                    "width": SVGText.number(frame.x(bar.end) - frame.x(bar.start)), "height": SVGText.number(frame.plotHeight),
                ], title: bar.title)
        }
    }

    private static func outline(_ part: Rectangle) -> String {
        let (width, height) = (SVGText.number(part.width), SVGText.number(part.height))
        return "M\(SVGText.number(part.x)) \(SVGText.number(part.y))h\(width)v\(height)h-\(width)z"
    }

    private func line(_ axis: ValueAxis, _ svg: inout SVGText) {
        let points = bars.compactMap { bar in
            bar.line.map { Point(x: frame.x((bar.start + bar.end) / 2), y: frame.y(axis.share($0))) }
        }
        guard points.count > 1 else {
            if let point = points.first {
                svg.element("circle", ["class": "dot net", "cx": SVGText.number(point.x), "cy": SVGText.number(point.y), "r": "3"])
            }
            return
        }
        svg.element("polyline", ["class": "series net", "points": SVGText.points(points)])
    }

    /// Each series but the first has a pattern, so that colour is not needed to tell them apart.
    private func patterns(_ svg: inout SVGText) {
        guard series.count > 1 else { return }
        svg.begin("defs", [:])
        for number in 2...series.count {
            svg.begin(
                "pattern",
                [
                    "id": "\(id)-f\(number)", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse",
                    "patternTransform": number == 3 ? "rotate(90)" : number == 2 ? "rotate(45)" : "",
                ])
            svg.element("rect", ["class": "p\(number)", "width": "6", "height": "6"])
            if number == 4 {
                svg.element("circle", ["class": "q", "cx": "3", "cy": "3", "r": "1.5"])
            } else {
                svg.element("rect", ["class": "q", "width": "2", "height": "6"])
            }
            svg.end("pattern")
        }
        svg.end("defs")
    }
}
