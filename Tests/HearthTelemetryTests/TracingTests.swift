import HearthTelemetry
import Testing

struct TracingTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(
        "A valid traceparent is continued",
        arguments: [
            ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-03", true),
            ("00-\(trace)-\(span)-ff", true),
            ("cc-\(trace)-\(span)-01", true), ("cc-\(trace)-\(span)-01-what-comes-later", true), ("01-\(trace)-\(span)-00-", false),
        ])
    func valid(header: String, isSampled: Bool) throws {
        let context = try #require(TraceContext(traceparent: header))
        #expect(context.traceID == Self.trace)
        #expect(context.spanID == Self.span)
        #expect(context.isSampled == isSampled)
        #expect(context.traceparent.hasPrefix("00-\(Self.trace)-\(Self.span)-0"))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "00", "ff-\(trace)-\(span)-01", "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
            "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span.uppercased())-01", "00-\(trace)-\(span)-0", "00-\(trace)-\(span)-0g",
            "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-011", "cc-\(trace)-\(span)-01.more",
            "0-\(trace)-\(span)-01", "000-\(trace)-\(span)-01", "00_\(trace)_\(span)_01", " 00-\(trace)-\(span)-01",
            "00-\(trace)-\(span)-01 ",
            "FF-\(trace)-\(span)-01", "0G-\(trace)-\(span)-01", "00-\(trace.dropLast())é-\(span)-1",
            "00-4bf92f3577b34da6a3ce929d0e0e473z-\(span)-01",
            "cc-\(trace)-\(span)-01-" + String(repeating: "x", count: 1000),
        ])
    func invalid(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test("Flags that are not known are not passed on")
    func flags() throws {
        #expect(try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-ff")).traceparent.hasSuffix("-03"))
        #expect(try #require(TraceContext(traceparent: "cc-\(Self.trace)-\(Self.span)-ff")).traceparent.hasSuffix("-01"))
    }

    @Test("A child keeps the trace, the decision and the state, and has a span of its own")
    func child() throws {
        let parent = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-01", tracestate: "congo=t61rcWkgMzE"))
        let child = parent.child()
        #expect(child.traceID == parent.traceID && child.isSampled && child.traceState == "congo=t61rcWkgMzE")
        #expect(child.spanID != parent.spanID)
        #expect(TraceContext(traceparent: child.traceparent)?.spanID == child.spanID)
    }

    @Test("A new trace is valid, random and as sampled as asked", arguments: [true, false])
    func new(isSampled: Bool) throws {
        let context = TraceContext.new(isSampled: isSampled)
        let parsed = try #require(TraceContext(traceparent: context.traceparent))
        #expect(parsed == context)
        #expect(parsed.isSampled == isSampled && parsed.isRandom)
    }

    @Test("Equal sources give equal identifiers, different ones different")
    func sources() {
        let first = RequestIdentifier.new(source: IdentifierSource(seed: 1, key: 2))
        #expect(RequestIdentifier.new(source: IdentifierSource(seed: 1, key: 2)) == first)
        #expect(RequestIdentifier.new(source: IdentifierSource(seed: 2, key: 2)) != first)
    }

    @Test("A hundred thousand identifiers from four threads are all different")
    func unique() async {
        let source = IdentifierSource(seed: 7, key: 9)
        let all = await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { (0..<25_000).map { _ in RequestIdentifier.new(source: source) } }
            }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(all.count == 100_000)
        #expect(all.allSatisfy { $0.count == 32 })
    }

    @Test(
        "A caller's identifier is kept where it is fit",
        arguments: [
            ("abc", true), ("A-z_0.9:x", true), (String(repeating: "a", count: 128), true), ("", false),
            (String(repeating: "a", count: 129), false), ("with space", false), ("line\nfeed", false), ("é", false), ("<script>", false),
            ("\"", false), ("a,b", false), ("\u{0}", false),
        ])
    func accept(inbound: String, isKept: Bool) {
        let accepted = RequestIdentifier.accept(inbound)
        #expect((accepted == inbound) == isKept)
        #expect(RequestIdentifier.isFit(accepted))
    }

    @Test(
        "A trace state that is not fit is not passed on",
        arguments: [
            ("a=1", true), ("a=1,b=2", true), ("", false), (",", false), ("novalue", false), ("a=é", false),
            ("a=\(String(repeating: "x", count: 600))", false), ((0..<33).map { "k\($0)=1" }.joined(separator: ","), false),
        ])
    func traceState(header: String, isKept: Bool) throws {
        let context = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-01", tracestate: header))
        #expect((context.traceState != nil) == isKept)
    }
}
