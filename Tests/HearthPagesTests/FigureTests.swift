import HearthTelemetry
import Testing

@testable import HearthPages

@Suite("Figures read as people write them")
struct FigureTests {
    @Test(
        "Counts are grouped by thousands",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (9871, "9,871"), (1_234_567, "1,234,567"), (-1000, "-1,000")]
            as [(Int64, String)])
    func counts(number: Int64, text: String) {
        #expect(Figure.count(number) == text)
    }

    @Test(
        "Shares have one decimal, and only the whole is 100",
        arguments: [(0, "0.0 %"), (90, "90.0 %"), (92.44, "92.4 %"), (99.97, "99.9 %"), (100, "100.0 %"), (0.01, "0.1 %"), (.nan, "–")]
            as [(Double, String)])
    func percents(share: Double, text: String) {
        #expect(Figure.percent(share) == text)
    }

    @Test(
        "Money has two to four decimals and names its currency",
        arguments: [
            (0, "USD 0.00"), (20, "USD 20.00"), (0.002, "USD 0.002"), (0.18, "USD 0.18"), (18.02, "USD 18.02"), (-0.35, "USD -0.35"),
            (1234.5678, "USD 1,234.5678"), (-0.00001, "USD 0.00"), (.infinity, "–"),
        ] as [(Double, String)])
    func dollars(amount: Double, text: String) {
        #expect(Figure.dollars(amount) == text)
    }

    @Test(
        "Response times keep two or three digits",
        arguments: [
            (0, "0.000 ms"), (0.042, "0.042 ms"), (0.213, "0.2 ms"), (0.64, "0.6 ms"), (9.96, "10.0 ms"), (203.1, "203 ms"),
            (999.6, "1.0 s"),
            (1240, "1.2 s"), (59_960, "59 s"), (245_000, "4 min 5 s"), (-1, "–"), (.nan, "–"),
        ] as [(Double, String)])
    func milliseconds(duration: Double, text: String) {
        #expect(Figure.milliseconds(duration) == text)
    }

    @Test(
        "Spans have their two largest units",
        arguments: [
            (0, "less than 1 s"), (59, "59 s"), (536, "8 min 56 s"), (3600, "1 h"), (3605, "1 h"), (187_200, "2 d 4 h"),
            (-5, "less than 1 s"),
        ]
            as [(Int, String)])
    func spans(seconds: Int, text: String) {
        #expect(Figure.span(.seconds(seconds)) == text)
    }

    @Test("Moments name their zone")
    func moments() {
        #expect(Figure.moment(Timestamp(milliseconds: 1_795_369_864_120)) == "2026-11-22 17:51:04 UTC")
    }
}
