extension MetricCatalogue {
    static let traces: [MetricDescriptor] = [traceSpans, traceQueue, traceQueueLimit]

    /// 4 lines; none while traces are off.
    package static let traceSpans = MetricDescriptor(
        "hearth_trace_spans_total", .counter, labels: [LabelDescriptor("outcome", TraceInstruments.Outcome.self)],
        help: "Spans of traces that are recorded, by what became of them; all but exported are lost."
    )
    /// 1 line.
    package static let traceQueue = MetricDescriptor(
        "hearth_trace_queue_spans", .gauge, help: "Spans that wait to be exported."
    )
    /// 1 line.
    package static let traceQueueLimit = MetricDescriptor(
        "hearth_trace_queue_spans_limit", .gauge, help: "Spans that may wait to be exported; beyond it they are dropped."
    )
}
