/// A line of a word's height beside a figure; it shows the direction, the figure says the rest.
struct TrendLine: Sendable {
    static let frame = ChartFrame(width: 120, height: 28, start: 2, end: 2, top: 3, bottom: 3)

    /// Nil is a gap.
    var values: [Double?]

    /// Empty for fewer than two values.
    func svg() -> String {
        let known = values.compactMap { $0 }.filter(\.isFinite)
        guard known.count > 1, let low = known.min(), let high = known.max() else { return "" }
        let spread = high - low
        let last = Double(values.count - 1)
        var svg = SVGText()
        svg.begin("svg", ["class": "trend", "aria-hidden": "true", "viewBox": "0 0 120 28"])
        let places = values.enumerated().map { index, value in
            value.map { Point(x: Self.frame.x(Double(index) / last), y: Self.frame.y(spread > 0 ? ($0 - low) / spread : 0.5)) }
        }
        for stretch in places.split(separator: nil) where stretch.count > 1 {
            svg.element("polyline", ["class": "series s1", "points": SVGText.points(stretch.compactMap { $0 })])
        }
        if let point = places.last(where: { $0 != nil }) ?? nil {
            svg.element("circle", ["class": "dot", "cx": SVGText.number(point.x), "cy": SVGText.number(point.y), "r": "2.5"])
        }
        svg.end("svg")
        return svg.text
    }
}
