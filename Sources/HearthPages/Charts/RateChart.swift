/// A share in per cent over time: a line with a threshold, gaps where nothing was asked, and how sure it is.
struct RateChart: Sendable {
    struct Bucket: Sendable {
        /// Shares of the time axis.
        var start: Double
        var end: Double
        var successes: Int64
        var trials: Int64
        var isComplete: Bool
        var title: String
    }

    /// Fewer questions than this make a hollow mark.
    static let fewTrials: Int64 = 20

    var frame = ChartFrame()
    var buckets: [Bucket]
    var threshold: Double
    var thresholdLabel: String
    var verticalLabel: @Sendable (Double) -> String
    var ticks: [Tick]
    var zone: String
    var marks: [ChartMark] = []
    var labelledBy: String

    var axis: ValueAxis { ValueAxis(percentages: buckets.compactMap(Self.rate), limit: threshold) }

    static func rate(_ bucket: Bucket) -> Double? {
        bucket.trials > 0 ? Double(bucket.successes) / Double(bucket.trials) * 100 : nil
    }

    func point(_ bucket: Bucket, on axis: ValueAxis) -> Point? {
        Self.rate(bucket).map { Point(x: frame.x((bucket.start + bucket.end) / 2), y: drawn(frame.y(axis.share($0)))) }
    }

    /// Stretches of buckets with questions, one after another.
    var stretches: [[Bucket]] { buckets.split { $0.trials == 0 }.map(Array.init) }

    func svg() -> String {
        let axis = axis
        var svg = SVGText()
        svg.beginChart(frame, labelledBy: labelledBy, kind: "rate")
        svg.verticalAxis(axis.values.map { Tick(share: axis.share($0), label: verticalLabel($0)) }, in: frame)
        svg.timeAxis(ticks, zone: zone, in: frame)
        for stretch in stretches { band(stretch, axis, &svg) }
        let limit = SVGText.number(frame.y(axis.share(threshold)))
        svg.element(
            "line",
            [
                "class": "threshold", "x1": SVGText.number(frame.start), "x2": SVGText.number(frame.width - frame.end), "y1": limit,
                "y2": limit, "stroke-dasharray": "6 4",
            ])
        svg.label(
            thresholdLabel,
            [
                "class": "tick limit", "x": SVGText.number(frame.start + 4), "y": SVGText.number(frame.y(axis.share(threshold)) + 14),
            ])
        svg.eventMarks(marks, in: frame)
        for stretch in stretches { line(stretch, axis, &svg) }
        for bucket in buckets {
            guard let point = point(bucket, on: axis) else { continue }
            let isFew = bucket.trials < Self.fewTrials
            svg.element(
                "circle",
                [
                    "class": isFew ? "dot few" : "dot", "cx": SVGText.number(point.x), "cy": SVGText.number(point.y),
                    "r": isFew ? "3.5" : buckets.count > 60 ? "1.6" : "2.6",
                ], title: bucket.title)
        }
        svg.end("svg")
        return svg.text
    }

    /// Of a week of hours nobody sees a tenth of a point, and all of them would be a good part of the page.
    private func drawn(_ height: Double) -> Double { buckets.count > 60 ? height.rounded() : height }

    private func band(_ stretch: [Bucket], _ axis: ValueAxis, _ svg: inout SVGText) {
        var upper: [Point] = []
        var lower: [Point] = []
        for bucket in stretch {
            guard let interval = WilsonInterval(successes: bucket.successes, trials: bucket.trials) else { continue }
            let x = frame.x((bucket.start + bucket.end) / 2)
            upper.append(Point(x: x, y: drawn(frame.y(axis.share(interval.high * 100)))))
            lower.append(Point(x: x, y: drawn(frame.y(axis.share(interval.low * 100)))))
        }
        guard upper.count > 1 else { return }
        svg.element("polygon", ["class": "band", "points": SVGText.points(upper + lower.reversed())])
    }

    /// The way to the last bucket is dashed while that one is not over.
    private func line(_ stretch: [Bucket], _ axis: ValueAxis, _ svg: inout SVGText) {
        let points = stretch.compactMap { point($0, on: axis) }
        guard points.count > 1, let last = stretch.last else { return }
        let whole = last.isComplete ? points : points.dropLast()
        if whole.count > 1 { svg.element("polyline", ["class": "series s1", "points": SVGText.points(whole)]) }
        if !last.isComplete {
            svg.element(
                "polyline", ["class": "series s1 open", "stroke-dasharray": "3 4", "points": SVGText.points(points.suffix(2))])
        }
    }
}
