package import Tracing

/// A span that has ended, as it is exported.
package struct FinishedSpan: Sendable {
    /// More of anything is dropped and counted, longer texts are cut, so that no span takes much memory.
    enum Limit {
        static let attributes = 32
        static let events = 8
        static let links = 8
        static let characters = 256
    }

    package var identity: SpanIdentity
    package var name: String
    package var kind: SpanKind
    /// Since 1970.
    package var startNanoseconds: UInt64
    /// Not before the start.
    package var endNanoseconds: UInt64
    /// In the order of their names.
    package var attributes: [(name: String, value: SpanAttribute)]
    package var events: [SpanEvent] = []
    package var links: [TraceContext] = []
    package var status: SpanStatus?
    package var droppedAttributes = 0
    package var droppedEvents = 0
    package var droppedLinks = 0

    package init(
        identity: SpanIdentity, name: String, kind: SpanKind, startNanoseconds: UInt64, endNanoseconds: UInt64,
        attributes: [(name: String, value: SpanAttribute)]
    ) {
        self.identity = identity
        self.name = name
        self.kind = kind
        self.startNanoseconds = startNanoseconds
        self.endNanoseconds = max(startNanoseconds, endNanoseconds)
        self.attributes = attributes
    }
}
