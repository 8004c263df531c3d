import HearthTelemetry
import PageSamples
import Testing

@testable import HearthPages

/// The numbers that a chart wrote, taken out again.
private struct Drawing {
    let page: ParsedPage

    init(_ svg: String) { page = ParsedPage(Array(svg.utf8)) }

    func elements(_ name: String, _ className: String) -> [ParsedPage.Element] {
        page.all(name).filter { ($0.attributes["class"] ?? "").split(separator: " ").contains(Substring(className)) }
    }

    func points(_ element: ParsedPage.Element) -> [(x: Double, y: Double)] {
        (element.attributes["points"] ?? "").split(separator: " ").compactMap { pair in
            let numbers = pair.split(separator: ",").compactMap { Double($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }
    }

    /// Where labels stand, as far as their widths can be estimated.
    var labels: [(low: Double, high: Double, y: Double, text: String)] {
        page.all("text").compactMap { element in
            guard let x = element.attributes["x"].flatMap(Double.init), let y = element.attributes["y"].flatMap(Double.init) else {
                return nil
            }
            let width = ChartFrame.width(of: element.text)
            let low =
                element.attributes["text-anchor"] == "middle" ? x - width / 2 : element.attributes["text-anchor"] == "end" ? x - width : x
            return (low, low + width, y, element.text)
        }
    }
}

@Suite("Charts keep their rules")
struct ChartTests {
    struct Shape: Sendable {
        var length: BucketLength
        var count: Int
        var busy: Int64
        var language: Language
    }

    static let shapes = [BucketLength.minute, .hour, .month].flatMap { length in
        [1, 3, 24, 168].flatMap { count in
            [(0, Language.en), (1, .ru), (300, .he), (4_000_000, .es)].map {
                Shape(length: length, count: count, busy: $0.0, language: $0.1)
            }
        }
    }

    private func context(_ language: Language) -> PageContext { PageContext(Sample.frame(.overview, language: language)) }

    @Test("Every point is inside, time runs one way, and there is one mark for every bucket with a question", arguments: shapes)
    func rate(shape: Shape) throws {
        let usage = Sample.usage(shape.length, buckets: shape.count, busy: shape.busy)
        let part = UsageCharts.rate(usage, context(shape.language))
        guard usage.totals.results.total > 0 else {
            #expect(part.svg.isEmpty && part.table == nil && !part.caption.isEmpty)
            return
        }
        let drawing = Drawing(part.svg)
        let frame = ChartFrame()
        let asked = usage.buckets.filter { $0.results.total > 0 }
        let dots = drawing.elements("circle", "dot")
        #expect(drawing.page.problem == nil)
        #expect(dots.count == asked.count && part.table?.rows.count == shape.count)
        #expect(drawing.elements("circle", "few").count == asked.filter { $0.results.total < 20 }.count)
        let places = dots.compactMap { $0.attributes["cx"].flatMap(Double.init) }
        #expect(places == places.sorted() && places.count == dots.count)
        for line in drawing.page.all("polyline") + drawing.page.all("polygon") {
            for point in drawing.points(line) {
                #expect(
                    (frame.start...frame.width - frame.end).contains(point.x) && (frame.top - 0.1...frame.floor + 0.1).contains(point.y))
            }
        }
        #expect(drawing.elements("line", "threshold").count == 1)
    }

    @Test("Bars start at zero, stand on each other and end inside", arguments: shapes.filter { $0.busy > 0 })
    func bars(shape: Shape) {
        let usage = Sample.usage(shape.length, buckets: shape.count, busy: shape.busy)
        for part in [UsageCharts.results(usage, context(shape.language)), UsageCharts.money(usage, context(shape.language))] {
            guard !part.svg.isEmpty else { continue }
            let drawing = Drawing(part.svg)
            #expect(drawing.page.problem == nil && part.table?.rows.count == shape.count)
            #expect(drawing.page.all("pattern").count <= 3)
        }
        let chart = BarChart(
            series: [.init(name: "a"), .init(name: "b"), .init(name: "c", isBelowZero: true)],
            bars: usage.buckets.enumerated().map { index, bucket in
                BarChart.Bar(
                    start: Double(index) / Double(shape.count), end: Double(index + 1) / Double(shape.count),
                    values: [Double(bucket.results.hit), Double(bucket.results.miss), Double(bucket.results.stale)], isComplete: true,
                    title: "")
            }, verticalLabel: { "\($0)" }, ticks: [], zone: "UTC", id: "x", labelledBy: "x")
        let zero = chart.frame.y(chart.axis.share(0))
        for bar in chart.bars {
            let parts = chart.rectangles(bar, on: chart.axis)
            let above = parts.filter { $0.series < 2 }
            if let first = above.first { #expect((first.y + first.height - zero).magnitude < 0.01) }
            for (lower, upper) in zip(above, above.dropFirst()) { #expect((upper.y + upper.height - lower.y).magnitude < 0.01) }
            for part in parts {
                #expect(part.y >= chart.frame.top - 0.01 && part.y + part.height <= chart.frame.floor + 0.01 && part.height >= 0)
                #expect(part.x >= chart.frame.start - 0.01 && part.x + part.width <= chart.frame.width - chart.frame.end + 0.01)
            }
        }
    }

    @Test("Axes of counts have no fractions, however few there are", arguments: [0.0, 1, 2, 3, 5, 7, 19, 1000])
    func wholeSteps(most: Double) {
        let axis = ValueAxis(covering: [most], isWhole: true)
        #expect(axis.step >= 1 && axis.step == axis.step.rounded() && axis.high >= most)
        #expect(Set(axis.values.map { Int64($0.rounded()) }).count == axis.values.count)
    }

    @Test("Labels do not touch each other", arguments: shapes.filter { $0.busy > 0 })
    func labels(shape: Shape) {
        let usage = Sample.usage(shape.length, buckets: shape.count, busy: shape.busy)
        let zone = PageZone(
            name: "Asia/Kathmandu", first: .init(from: Timestamp(milliseconds: 0), secondsEast: 20_700, abbreviation: "UTC+05:45"))
        let context = PageContext(
            Sample.frame(.overview, language: shape.language, zone: shape.language == .he ? zone : .utc))
        for part in [UsageCharts.rate(usage, context), UsageCharts.results(usage, context), UsageCharts.money(usage, context)] {
            let labels = Drawing(part.svg).labels
            for (index, label) in labels.enumerated() {
                for other in labels.dropFirst(index + 1) where (label.y - other.y).magnitude < 11 {
                    #expect(label.high <= other.low + 0.5 || other.high <= label.low + 0.5, "\(label.text) touches \(other.text)")
                }
            }
        }
    }

    @Test("The time axis has labels on whole hours, days, Mondays and months of its zone")
    func ticks() {
        let zone = PageZone(
            name: "Asia/Kolkata", first: .init(from: Timestamp(milliseconds: 0), secondsEast: 19_800, abbreviation: "IST"))
        let calendar = Calendar(.en, zone: zone)
        for (range, word) in PageRange.rolling.map({ ($0.range, $0.word) }) {
            let (from, to) = range.bounds(at: Sample.now)
            let ticks = TimeAxis(from: from, to: to).ticks(calendar, width: 500)
            #expect((3...14).contains(ticks.count), "\(word): \(ticks.map(\.label))")
            #expect(ticks.map(\.share) == ticks.map(\.share).sorted() && ticks.allSatisfy { (0...1).contains($0.share) })
            for tick in ticks {
                let moment = Timestamp(
                    milliseconds: from.milliseconds + Int64((Double(to.milliseconds - from.milliseconds) * tick.share).rounded()))
                let reading = calendar.read(moment + .seconds(1))
                #expect(range == .hour || reading.minute == 0, "\(word) \(tick.label)")
                if range == .month || range == .quarter { #expect(reading.weekday == 1, "\(tick.label)") }
                if range == .year { #expect(reading.date.day == 1) }
            }
        }
    }

    @Test("Durations stand on a logarithmic axis with every decade labelled, whatever they are")
    func durations() {
        for milliseconds in [0.0, 0.01, 0.1, 5, 60_000, 1_200_000, 9e9] {
            let chart = DurationChart(
                runs: [.init(share: 0.5, milliseconds: milliseconds, outcome: .success, title: "")], timeout: nil, timeoutLabel: "",
                verticalLabel: Figures(.en).axisMilliseconds, ticks: [], zone: "UTC", labelledBy: "x")
            let point = chart.point(chart.runs[0])
            #expect((chart.frame.top - 0.01...chart.frame.floor + 0.01).contains(point.y))
            #expect(Drawing(chart.svg()).page.problem == nil)
        }
        let chart = DurationChart(
            runs: [], timeout: nil, timeoutLabel: "", verticalLabel: { "\($0)" }, ticks: [], zone: "", labelledBy: "x")
        #expect(chart.share(0.1) == 0 && chart.share(60_000) == 1)
        #expect((chart.share(10) - chart.share(1) - (chart.share(1000) - chart.share(100))).magnitude < 1e-9)
    }

    @Test("Outcomes differ in shape, not only in colour")
    func distinctShapes() {
        let middle = Point(x: 10, y: 10)
        // Filled and hollow marks share an outline; the rest is told by it.
        let filled: Set<JobOutcome> = [.success, .timeout, .running]
        let shapes = JobOutcome.allCases.map { $0.path(at: middle, radius: 4) + (filled.contains($0) ? "filled" : "") }
        #expect(Set(shapes).count == shapes.count && Set(JobOutcome.allCases.map(\.sign)).count == shapes.count)
    }

    @Test(
        "How sure a rate is follows Wilson",
        arguments: [(80, 100, 0.7112, 0.8666), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (1, 2, 0.0945, 0.9055)]
            as [(Int64, Int64, Double, Double)])
    func wilson(successes: Int64, trials: Int64, low: Double, high: Double) throws {
        let interval = try #require(WilsonInterval(successes: successes, trials: trials))
        #expect((interval.low - low).magnitude < 0.0001 && (interval.high - high).magnitude < 0.0001)
        #expect(WilsonInterval(successes: 1, trials: 0) == nil)
    }

    @Test("Axes cover their values with few round steps")
    func axes() {
        var source = Sample.Source(state: 5)
        for _ in 0..<2000 {
            let values = (0..<5).map { _ in Double(source.next(below: 1_000_000) - 200_000) / Double(1 + source.next(below: 100_000)) }
            let axis = ValueAxis(covering: values)
            #expect(values.allSatisfy { (-0.0001...1.0001).contains(axis.share($0)) })
            #expect((0...1).contains(axis.share(0)) && (2...8).contains(axis.values.count), "\(values) \(axis)")
        }
        let rates = ValueAxis(percentages: [33, 99], limit: 80)
        #expect(rates.low == 20 && rates.high == 100)
    }

    @Test("The same chart is the same text, with at most one decimal")
    func deterministic() {
        let usage = Sample.usage()
        let svg = UsageCharts.rate(usage, context(.en)).svg
        #expect(svg == UsageCharts.rate(usage, context(.en)).svg)
        #expect(svg.matches(of: /(?:x|y|cx|cy|points)[12]?="[^"]*\.\d\d/).isEmpty)
        #expect(SVGText.number(-0.04) == "0" && SVGText.number(12.25) == "12.3" && SVGText.number(.nan) == "0")
    }
}
