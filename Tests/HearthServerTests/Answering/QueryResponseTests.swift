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
}
