/// Who a span is and where it hangs.
package struct SpanIdentity: Sendable, Hashable {
    /// The trace with this span as the parent of what happens next.
    package let context: TraceContext
    /// The span above; zero where the trace begins here.
    package let parent: UInt64
    /// Whether the span above is another process's.
    package let isParentRemote: Bool

    package var isSampled: Bool { context.isSampled }

    /// With the state that came with the trace, if it is fit to be passed on.
    package func carrying(_ traceState: String) -> SpanIdentity {
        SpanIdentity(context: context.carrying(traceState), parent: parent, isParentRemote: isParentRemote)
    }
}
