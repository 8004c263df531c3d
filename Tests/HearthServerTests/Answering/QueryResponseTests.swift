import HearthCache
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("The answer's body")
struct QueryResponseTests {
    @Test(
        "A response time is written in milliseconds with three decimals",
        arguments: [
            (Duration.zero, "0.000"), (.nanoseconds(999), "0.000"), (.microseconds(1), "0.001"), (.microseconds(42), "0.042"),
            (.milliseconds(7), "7.000"), (.microseconds(203_123), "203.123"), (.seconds(30), "30000.000"),
            (.seconds(-1), "0.000"),
        ])
    func milliseconds(duration: Duration, text: String) {
        var bytes: [UInt8] = []
        bytes.append(milliseconds: duration)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(
        "A question is trimmed, and counted in characters",
        arguments: [
            ("  hi \n", 2, "hi"), ("héé", 3, "héé"), ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2, "👩‍👩‍👧‍👦👩‍👩‍👧‍👦"), ("abc", 2, nil),
            ("", 5, nil), (" \t\u{a0}\u{2003}", 5, nil), ("שלום", 4, "שלום"),
        ] as [(String, Int, String?)])
    func trimming(text: String, limit: Int, expected: String?) {
        #expect(CacheQuery.trimmed(text, maximumCharacters: limit) == expected)
    }

    @Test("The body is what a general encoder makes of it, whatever is in it")
    func body() throws {
        let texts = [
            "plain", "", "\"\\/\u{8}\u{9}\u{a}\u{c}\u{d}\u{7f}\u{2028}", "מחיר 👩‍👩‍👧‍👦",
            (0..<32).map { String(Unicode.Scalar(UInt8($0))) }.joined(),
        ]
        for text in texts {
            for number in [0, 1, 0.5, 0.9234368736158034, 0.002, 1e-6, 3e-7, 12.25, 1_000_000] {
                var response = QueryResponse(
                    CachedAnswer(
                        key: CacheKey(language: .he, form: CanonicalForm(scope: [1], text: [2])),
                        form: CanonicalForm(scope: [1], text: [2]), query: nil, normalizedQuery: "", category: .general, text: text,
                        confidence: number, confidenceMethod: "rule", model: text, isSimulated: number > 0.5, costMicroDollars: 0,
                        inputTokens: 0, outputTokens: 0, upstreamDuration: .zero, storedAt: Timestamp(seconds: 1_800_000_000),
                        lifetime: Lifetime(freshUntil: nil, revalidateUntil: nil, onErrorUntil: nil)), isCached: true,
                    isKept: number > 0.9, costMicroDollars: 2000, savedMicroDollars: 1)
                response.metadata.cost = number
                #expect(
                    String(decoding: response.openJSON + [0x7d], as: UTF8.self)
                        == String(decoding: JSONBody.encode(response), as: UTF8.self))
            }
        }
    }

    @Test("The body ends with where the answer came from, and how long it took", arguments: AnswerSource.allCases)
    func end(source: AnswerSource) {
        var json = Array(#"{"response":"x""#.utf8)
        QueryResponse.close(&json, source: source, responseTime: .microseconds(1234))
        #expect(String(decoding: json, as: UTF8.self) == #"{"response":"x","source":"\#(source.rawValue)","responseTime":1.234}"#)
    }
}
