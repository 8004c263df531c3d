/// One job over time: what ran before now, what is planned after.
struct LaneChart: Sendable {
    static let frame = ChartFrame(width: 720, height: 26, start: 4, end: 4, top: 3, bottom: 3)

    struct Run: Sendable {
        /// Shares of the time axis.
        var start: Double
        var end: Double
        var outcome: JobOutcome
        var title: String
    }

    struct Bin: Sendable {
        var start: Double
        var end: Double
        /// Nil where nothing ran.
        var worst: JobOutcome?
        var isPlanned: Bool
        var title: String
    }

    var runs: [Run] = []
    /// Shares of the time axis.
    var planned: [Double] = []
    var bins: [Bin] = []
    var now: Double
    /// The whole lane in a sentence.
    var label: String

    func svg() -> String {
        let frame = Self.frame
        let middle = frame.height / 2
        var svg = SVGText()
        svg.begin("svg", ["class": "lane", "role": "img", "aria-label": label, "viewBox": "0 0 720 26"])
        svg.element("line", ["class": "grid", "x1": "4", "x2": "716", "y1": SVGText.number(middle), "y2": SVGText.number(middle)])
        for bin in bins where bin.worst != nil || bin.isPlanned {
            let x = frame.x(bin.start)
            svg.element(
                "rect",
                [
                    "class": bin.worst.map { "bin " + $0.rawValue } ?? "bin planned", "x": SVGText.number(x + 0.5), "y": "7",
                    "width": SVGText.number(max(frame.x(bin.end) - x - 1, 0.5)), "height": "12",
                ], title: bin.title)
            if let worst = bin.worst, worst.severity > JobOutcome.running.severity {
                let place = Point(x: (x + frame.x(bin.end)) / 2, y: middle)
                svg.element("path", ["class": "mark over " + worst.rawValue, "d": worst.path(at: place, radius: 3)])
            }
        }
        for share in planned {
            let x = SVGText.number(frame.x(share))
            svg.element("line", ["class": "planned", "x1": x, "x2": x, "y1": "8", "y2": "18"])
        }
        for run in runs {
            let (start, end) = (frame.x(run.start), frame.x(run.end))
            // A duration is drawn where it can be seen.
            if end - start >= 2 {
                svg.element(
                    "rect",
                    [
                        "class": "span " + run.outcome.rawValue, "x": SVGText.number(start), "y": "10",
                        "width": SVGText.number(end - start), "height": "6",
                    ])
            }
            svg.element(
                "path", ["class": "mark " + run.outcome.rawValue, "d": run.outcome.path(at: Point(x: start, y: middle), radius: 4)],
                title: run.title)
        }
        let x = SVGText.number(frame.x(now))
        svg.element("line", ["class": "now", "x1": x, "x2": x, "y1": "0", "y2": "26"])
        svg.end("svg")
        return svg.text
    }

    /// The axis under or over all lanes.
    static func axis(ticks: [Tick], now: Double, nowLabel: String) -> String {
        var svg = SVGText()
        svg.begin("svg", ["class": "lane", "aria-hidden": "true", "viewBox": "0 0 720 22"])
        let nowX = frame.x(now)
        let half = ChartFrame.width(of: nowLabel) / 2 + 6
        for tick in ticks {
            let x = frame.x(tick.share)
            guard abs(x - nowX) > half + ChartFrame.width(of: tick.label) / 2 else { continue }
            svg.label(
                tick.label, ["class": tick.isMinor ? "tick minor" : "tick", "x": SVGText.number(x), "y": "15", "text-anchor": "middle"])
        }
        svg.label(nowLabel, ["class": "tick here", "x": SVGText.number(nowX), "y": "15", "text-anchor": "middle"])
        svg.end("svg")
        return svg.text
    }
}
