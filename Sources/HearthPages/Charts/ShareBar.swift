/// A bar in a table's cell; the figure beside it says the value.
struct ShareBar: Sendable {
    /// 0...1.
    var share: Double

    func svg() -> String {
        var svg = SVGText()
        svg.begin("svg", ["class": "cell", "aria-hidden": "true", "viewBox": "0 0 60 8"])
        svg.element("rect", ["class": "f1", "width": SVGText.number(max(60 * min(max(share, 0), 1), 0.5)), "height": "8"])
        svg.end("svg")
        return svg.text
    }
}
