import HearthCache
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("The request's Cache-Control")
struct RequestCacheControlTests {
    @Test("Known directives are read, unknown ones are ignored")
    func known() throws {
        let control = try RequestCacheControl(header: "no-cache, No-Store,max-age=60 , min-fresh=5, max-stale, foo=bar, only-if-cached,")
        #expect(control.noCache && control.noStore && control.onlyIfCached)
        #expect(control.maxAge == 60)
        #expect(control.minFresh == 5)
        #expect(control.maxStale == .max)
    }

    @Test(
        "A directive with a faulty value is named",
        arguments: [
            "max-age", "max-age=", "max-age=-1", "max-age=1.5", "max-age=+1", "min-fresh=x", "max-stale=99999999999999999999", "no-cache=1",
        ])
    func faulty(header: String) {
        let name = String(header.split(separator: "=")[0])
        let error = #expect(throws: RequestCacheControl.InvalidDirective.self) { try RequestCacheControl(header: header) }
        #expect(error?.name == name)
    }

    @Test("Nothing is wished for by an empty header")
    func empty() throws {
        #expect(try RequestCacheControl(header: "") == RequestCacheControl())
    }
}

@Suite("Answers past their time, as far as the caller is concerned")
struct StaleAcceptanceTests {
    private static let end = Timestamp(seconds: 1_800_000_000)

    private static func answer(freshUntil: Timestamp?) -> CachedAnswer {
        let form = CanonicalForm(scope: [], text: Array("question".utf8))
        return CachedAnswer(
            key: CacheKey(language: .en, form: form), form: form, query: "question", normalizedQuery: "question", category: .general,
            text: "Yes.", confidence: 0.9, confidenceMethod: "rule", model: "model", isSimulated: true, costMicroDollars: 2000,
            inputTokens: 1, outputTokens: 1, upstreamDuration: .zero, storedAt: Timestamp(seconds: 1_799_999_000),
            lifetime: Lifetime(freshUntil: freshUntil, revalidateUntil: freshUntil, onErrorUntil: freshUntil))
    }

    @Test(
        "Any is accepted without a word about it, up to so many seconds with max-stale, and none by who asks for a young one",
        arguments: [
            ("", Duration.seconds(86_400), true), ("max-stale", .seconds(86_400), true), ("max-stale=5", .seconds(5), true),
            ("max-stale=5", .milliseconds(5001), false), ("max-stale=0", .zero, true), ("max-stale=0", .milliseconds(1), false),
            ("max-age=9999", .seconds(1), false), ("min-fresh=1", .seconds(1), false), ("max-stale, max-age=9999", .seconds(1), false),
        ] as [(String, Duration, Bool)])
    func accepted(header: String, past: Duration, isAccepted: Bool) throws {
        let control = try RequestCacheControl(header: header)
        #expect(control.acceptsStale(Self.answer(freshUntil: Self.end), at: Self.end + past) == isAccepted)
    }

    @Test("One that never expires is past no time")
    func endless() throws {
        #expect(try RequestCacheControl(header: "max-stale=0").acceptsStale(Self.answer(freshUntil: nil), at: Self.end))
    }
}

@Suite("Cache-Status")
struct CacheStatusTests {
    @Test(
        "Each case is written as documented",
        arguments: [
            (CacheStatus.hit(ttl: 2540), "hearth; hit; ttl=2540"), (.hit(ttl: nil), "hearth; hit"),
            (.stale(ttl: -35, .whileRevalidate), "hearth; hit; ttl=-35; detail=swr"),
            (.stale(ttl: -900, .onError), "hearth; hit; ttl=-900; detail=sie"),
            (.stored(.miss), "hearth; fwd=miss; fwd-status=200; stored"),
            (.notStored(.miss, detail: "low-confidence"), "hearth; fwd=miss; fwd-status=200; detail=low-confidence"),
            (.collapsed(.miss), "hearth; fwd=miss; collapsed"),
            (.stored(.stale), "hearth; fwd=stale; fwd-status=200; stored"),
            (.stored(.request), "hearth; fwd=request; fwd-status=200; stored"),
            (.failed(.miss, status: 500), "hearth; fwd=miss; fwd-status=500"), (.failed(.miss, status: nil), "hearth; fwd=miss"),
        ] as [(CacheStatus, String)])
    func text(status: CacheStatus, header: String) {
        #expect(status.header == header)
    }
}
