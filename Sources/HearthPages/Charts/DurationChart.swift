import Foundation

/// How long runs took: a mark for each, on a logarithmic axis with its decades labelled.
struct DurationChart: Sendable {
    struct Run: Sendable {
        /// A share of the time axis.
        var share: Double
        var milliseconds: Double
        var outcome: JobOutcome
        var title: String
    }

    var frame = ChartFrame()
    var runs: [Run]
    /// Milliseconds that one attempt may take.
    var timeout: Double?
    var timeoutLabel: String
    var verticalLabel: @Sendable (Double) -> String
    var ticks: [Tick]
    var zone: String
    var labelledBy: String

    /// 0.1 ms, and 60 s or the next power of ten above what is shown.
    static let least = 0.1
    var most: Double {
        var limit = 60_000.0
        let highest = max(runs.map(\.milliseconds).max() ?? 0, timeout ?? 0)
        if highest > limit { limit = 100_000 }
        while limit < highest, limit < 1e12 { limit *= 10 }
        return limit
    }

    func share(_ milliseconds: Double) -> Double {
        log10(max(milliseconds, Self.least) / Self.least) / log10(most / Self.least)
    }

    func point(_ run: Run) -> Point { Point(x: frame.x(run.share), y: frame.y(share(run.milliseconds))) }

    private var decades: [Double] {
        var decades: [Double] = []
        var value = Self.least
        while value <= most * 1.001 {
            decades.append(value)
            value *= 10
        }
        return decades
    }

    func svg() -> String {
        var svg = SVGText()
        svg.beginChart(frame, labelledBy: labelledBy, kind: "durations", isEven: false)
        svg.verticalAxis(decades.map { Tick(share: share($0), label: verticalLabel($0)) }, in: frame)
        svg.timeAxis(ticks, zone: zone, in: frame)
        if let timeout {
            let y = frame.y(share(timeout))
            svg.element(
                "line",
                [
                    "class": "threshold", "x1": SVGText.number(frame.start), "x2": SVGText.number(frame.width - frame.end),
                    "y1": SVGText.number(y), "y2": SVGText.number(y), "stroke-dasharray": "6 4",
                ])
            svg.label(timeoutLabel, ["class": "tick limit", "x": SVGText.number(frame.start + 4), "y": SVGText.number(y - 5)])
        }
        for run in runs {
            svg.element(
                "path", ["class": "mark " + run.outcome.rawValue, "d": run.outcome.path(at: point(run), radius: 3.5)], title: run.title)
        }
        svg.end("svg")
        return svg.text
    }
}
