import HearthTelemetry
import Testing

@testable import HearthCLI

@Suite("Numbers as people read them")
struct FiguresTests {
    @Test(
        "Thousands are grouped",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (9871, "9,871"), (-1_234_567, "-1,234,567")] as [(Int64, String)])
    func grouped(number: Int64, text: String) {
        #expect(Figures.grouped(number) == text)
    }

    @Test(
        "Dollars have two decimals, and more where the amount has them",
        arguments: [
            (2000, "$0.002"), (18_020_000, "$18.02"), (0, "$0.00"), (1_234_000_000, "$1,234.00"), (1, "$0.000001"), (-500_000, "-$0.50"),
        ] as [(Int64, String)])
    func dollars(micro: Int64, text: String) {
        #expect(Figures.dollars(micro: micro) == text)
    }

    @Test(
        "Sums are rounded to cents from one dollar on",
        arguments: [(18_024_999, "$18.02"), (18_025_000, "$18.03"), (4999, "$0.004999"), (0, "$0.00")] as [(Int64, String)])
    func sums(micro: Int64, text: String) {
        #expect(Figures.sum(micro: micro) == text)
    }

    @Test(
        "Decimals are fixed and rounded",
        arguments: [
            (0.4, 1, "0.4"), (203.149, 1, "203.1"), (0.96, 1, "1.0"), (89.95, 0, "90"), (-0.04, 1, "0.0"), (5, 3, "5.000"),
            (.infinity, 1, "inf"),
        ] as [(Double, Int, String)])
    func fixed(number: Double, decimals: Int, text: String) {
        #expect(Figures.fixed(number, decimals: decimals) == text)
    }

    @Test(
        "Rough durations have one unit",
        arguments: [
            (.seconds(5), "5 s"), (.zero, "0 s"), (.milliseconds(1600), "2 s"), (.seconds(99), "99 s"), (.seconds(100), "2 min"),
            (.seconds(3600), "60 min"),
            (.seconds(86_400), "24 h"), (.seconds(86_400 * 0.96), "23 h"), (.seconds(30 * 86_400), "30 d"), (.seconds(-3), "0 s"),
        ] as [(Duration, String)])
    func rough(duration: Duration, text: String) {
        #expect(Figures.rough(duration) == text)
    }

    @Test(
        "Waiting times have two units",
        arguments: [(.seconds(536), "8 min 56 s"), (.seconds(7500), "2 h 5 min"), (.seconds(273_600), "3 d 4 h"), (.seconds(9), "9 s")]
            as [(Duration, String)])
    func twoUnits(duration: Duration, text: String) {
        #expect(Figures.twoUnits(duration) == text)
    }

    @Test("A moment of another day carries its date")
    func clock() throws {
        let now = try #require(Timestamp(iso8601: "2026-11-22T17:31:04Z"))
        #expect(Figures.clock(try #require(Timestamp(iso8601: "2026-11-22T17:40:00Z")), now: now) == "17:40:00 UTC")
        #expect(Figures.clock(try #require(Timestamp(iso8601: "2026-11-23T02:30:00Z")), now: now) == "2026-11-23 02:30:00 UTC")
    }
}
