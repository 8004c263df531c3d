/// The last runs of a job as a strip of small marks, oldest first.
struct RunStrip: Sendable {
    var outcomes: [JobOutcome]
    var label: String

    func svg() -> String {
        guard !outcomes.isEmpty else { return "" }
        let width = Double(max(outcomes.count, 10)) * 8 + 4
        var svg = SVGText()
        svg.begin("svg", ["class": "strip", "role": "img", "aria-label": label, "viewBox": "0 0 \(SVGText.number(width)) 16"])
        for (index, outcome) in outcomes.enumerated() {
            svg.element(
                "path",
                ["class": "mark " + outcome.rawValue, "d": outcome.path(at: Point(x: Double(index) * 8 + 6, y: 8), radius: 3)])
        }
        svg.end("svg")
        return svg.text
    }
}
