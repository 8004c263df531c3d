import HearthTelemetry

/// The charts that are drawn from the statistics.
enum UsageCharts {
    /// The hit rate over time.
    static func rate(_ usage: Usage, _ context: PageContext) -> FigurePart {
        let (text, figures) = (context.text, context.figures)
        let axis = TimeAxis(from: usage.from, to: usage.to)
        let id = "rate"
        let name = { (bucket: UsageBucket) in bucketName(bucket, usage, context) }
        let buckets = usage.buckets.map { bucket in
            let hits = bucket.results.hit + bucket.results.stale
            return RateChart.Bucket(
                start: axis.share(bucket.from), end: axis.share(bucket.to), successes: hits, trials: bucket.results.total,
                isComplete: bucket.isComplete,
                title: [name(bucket), rateText(bucket, context), text(.questionsCount, count: bucket.results.total)].joined(
                    separator: " · "))
        }
        var chart = RateChart(
            buckets: buckets, threshold: 80, thresholdLabel: text(.thresholdOf, ["limit": figures.wholePercent(80)]),
            verticalLabel: { figures.wholePercent($0) }, ticks: [], zone: context.calendar.abbreviation(usage.from),
            marks: marks(usage, axis, context), labelledBy: FigurePart.names(id))
        chart.ticks = axis.ticks(context.calendar, width: chart.frame.plotWidth, corner: chart.frame.start)
        let isEmpty = usage.totals.results.total == 0
        return FigurePart(
            id: id, heading: text(.hitRateOverTime), caption: isEmpty ? context.emptyRange(usage) : rateCaption(usage, context),
            svg: isEmpty ? "" : chart.svg(),
            table: isEmpty
                ? nil
                : DataTable(
                    label: text(.hitRateOverTime), columns: [text(.timeColumn), text(.hitRate), text(.fromCache), text(.questionsColumn)],
                    rows: usage.buckets.map { bucket in
                        [
                            name(bucket), rateText(bucket, context), figures.count(bucket.results.hit + bucket.results.stale),
                            figures.count(bucket.results.total),
                        ]
                    }))
    }

    private static func rateCaption(_ usage: Usage, _ context: PageContext) -> String {
        let whole = context.text(.rateWhole, ["rate": context.figures.percent(usage.totals.hitRate)])
        let rates = usage.buckets.filter { $0.isComplete && $0.results.total >= RateChart.fewTrials }
        guard rates.count > 1, let lowest = rates.min(by: { share($0) < share($1) }) else {
            return whole + " " + context.text(.fewQuestionsNote)
        }
        return whole + " "
            + context.text(
                .rateLowest,
                ["rate": context.figures.percent(share(lowest) * 100), "time": context.calendar.bucket(lowest.from, length: usage.bucket)])
    }

    private static func share(_ bucket: UsageBucket) -> Double {
        Double(bucket.results.hit + bucket.results.stale) / Double(max(bucket.results.total, 1))
    }

    private static func rateText(_ bucket: UsageBucket, _ context: PageContext) -> String {
        bucket.results.total == 0 ? Figures.none : context.figures.percent(share(bucket) * 100)
    }

    /// How questions ended, stacked.
    static func results(_ usage: Usage, _ context: PageContext) -> FigurePart {
        let (text, figures) = (context.text, context.figures)
        let axis = TimeAxis(from: usage.from, to: usage.to)
        let id = "results"
        let isEmpty = usage.totals.answers == 0
        let columns: [(Phrase, (ResultCounts) -> Int64)] = [
            (.resultHit, { $0.hit }), (.resultStale, { $0.stale }), (.resultShared, { $0.shared }), (.resultMiss, { $0.miss }),
            (.resultBypass, { $0.bypass }), (.resultError, { $0.error }),
        ]
        let all = usage.totals.results
        let other = all.bypass + all.error
        var chart = BarChart(
            series: [
                .init(name: text(.fromCache)), .init(name: text(.resultShared)), .init(name: text(.resultMiss)),
                .init(name: text(.resultOther)),
            ],
            bars: usage.buckets.map { bucket in
                let counts = bucket.results
                return BarChart.Bar(
                    start: axis.share(bucket.from), end: axis.share(bucket.to),
                    values: [counts.hit + counts.stale, counts.shared, counts.miss, counts.bypass + counts.error].map(Double.init),
                    isComplete: bucket.isComplete,
                    title: bucketName(bucket, usage, context) + " · " + text(.questionsCount, count: counts.total))
            }, isWhole: true, verticalLabel: { figures.count(Int64($0.rounded())) }, ticks: [],
            zone: context.calendar.abbreviation(usage.from),
            marks: marks(usage, axis, context), id: id, labelledBy: FigurePart.names(id))
        chart.makeRoomForLabels()
        chart.ticks = axis.ticks(context.calendar, width: chart.frame.plotWidth, corner: chart.frame.start)
        return FigurePart(
            id: id, heading: text(.answersByResult),
            caption: isEmpty
                ? context.emptyRange(usage)
                : text(
                    .resultsCaption,
                    [
                        "kept": figures.count(usage.totals.fromCache), "shared": figures.count(all.shared), "miss": figures.count(all.miss),
                        "other": figures.count(other),
                    ]),
            svg: isEmpty ? "" : chart.svg(),
            table: isEmpty
                ? nil
                : DataTable(
                    label: text(.answersByResult), columns: [text(.timeColumn)] + columns.map { text($0.0) },
                    rows: usage.buckets.map { bucket in
                        [bucketName(bucket, usage, context)] + columns.map { figures.count($0.1(bucket.results)) }
                    }))
    }

    /// Money: what was avoided above zero, what that cost below, what is left as a line.
    static func money(_ usage: Usage, _ context: PageContext) -> FigurePart {
        let (text, figures) = (context.text, context.figures)
        let axis = TimeAxis(from: usage.from, to: usage.to)
        let id = "money"
        let savings = usage.totals.savings
        let isEmpty = usage.totals.answers == 0 && savings == SavingsFigures()
        var chart = BarChart(
            series: [
                .init(name: text(.avoided)), .init(name: text(.warmingCost), isBelowZero: true),
                .init(name: text(.refreshAndChecks), isBelowZero: true),
            ],
            lineName: text(.net),
            bars: usage.buckets.map { bucket in
                BarChart.Bar(
                    start: axis.share(bucket.from), end: axis.share(bucket.to),
                    values: [bucket.savings.avoided, bucket.savings.warming, bucket.savings.refresh + bucket.savings.checks],
                    line: bucket.savings.net, isComplete: bucket.isComplete,
                    title: bucketName(bucket, usage, context) + " · " + text(.netOf, ["money": figures.dollars(bucket.savings.net)]))
            }, verticalLabel: { figures.dollars($0) }, ticks: [], zone: context.calendar.abbreviation(usage.from),
            marks: marks(usage, axis, context), id: id, labelledBy: FigurePart.names(id))
        chart.frame.start = 84
        chart.makeRoomForLabels()
        chart.ticks = axis.ticks(context.calendar, width: chart.frame.plotWidth, corner: chart.frame.start)
        let columns: [(Phrase, (SavingsFigures) -> Double)] = [
            (.avoided, { $0.avoided }), (.warmingCost, { $0.warming }), (.refreshCost, { $0.refresh }), (.checksCost, { $0.checks }),
            (.net, { $0.net }),
        ]
        return FigurePart(
            id: id, heading: text(.moneyOverTime),
            caption: isEmpty
                ? context.emptyRange(usage)
                : text(
                    .moneyCaption,
                    [
                        "net": figures.dollars(savings.net), "avoided": figures.dollars(savings.avoided),
                        "upkeep": figures.dollars(savings.avoided - savings.net),
                    ]),
            svg: isEmpty ? "" : chart.svg(),
            table: isEmpty
                ? nil
                : DataTable(
                    label: text(.moneyOverTime), columns: [text(.timeColumn)] + columns.map { text($0.0) },
                    rows: usage.buckets.map { bucket in
                        [bucketName(bucket, usage, context)] + columns.map { figures.dollars($0.1(bucket.savings)) }
                    }))
    }

    private static func bucketName(_ bucket: UsageBucket, _ usage: Usage, _ context: PageContext) -> String {
        let name = context.calendar.bucket(bucket.from, length: usage.bucket)
        return bucket.isComplete ? name : name + " " + context.text(.soFar)
    }

    /// The last sixteen, since more could not be told apart.
    private static func marks(_ usage: Usage, _ axis: TimeAxis, _ context: PageContext) -> [ChartMark] {
        usage.marks.filter { $0.at >= usage.from && $0.at < usage.to }.suffix(16).map { event in
            ChartMark(
                share: axis.share(event.at),
                title: [
                    context.calendar.moment(event.at), context.text.word(.event, event.kind.rawValue), context.text.isolated(event.text),
                ].joined(
                    separator: " · "))
        }
    }
}
