import HearthServer
import Testing

@Suite("Configuration: durations, sizes, money and near words")
struct SettingTextTests {
    @Test(
        "Durations carry units",
        arguments: [
            ("200ms", .milliseconds(200)), ("30s", .seconds(30)), ("15m", .seconds(900)), ("2h", .seconds(7200)), ("7d", .seconds(604_800)),
            ("1h30m", .seconds(5400)), ("0", .zero), ("0s", .zero), ("1d1ms", .milliseconds(86_400_001)),
            ("5", nil), ("", nil), ("s", nil), ("1x", nil), ("30m1h", nil), ("1h1h", nil), ("-5s", nil), ("1.5h", nil), (" 5s", nil),
            ("99999999999999999999s", nil), ("9223372036854775807d", nil), ("٣s", nil),
        ] as [(String, Duration?)])
    func durations(text: String, duration: Duration?) {
        #expect(SettingText.duration(text) == duration)
    }

    @Test(
        "A written duration reads back as itself", arguments: [0, 1, 999, 1000, 60_000, 60_480_000, 86_399_999, 2_592_000_000] as [Int64])
    func durationRoundTrip(milliseconds: Int64) {
        let text = SettingText.write(.milliseconds(milliseconds))
        #expect(SettingText.duration(text) == .milliseconds(milliseconds))
    }

    @Test(
        "Sizes are binary or decimal as they say",
        arguments: [
            ("64MiB", 67_108_864), ("100MB", 100_000_000), ("1000", 1000), ("16 KiB", 16_384), ("1gib", 1_073_741_824), ("5B", 5),
            ("", nil), ("MB", nil), ("1.5MB", nil), ("-1", nil), ("9223372036854775807GiB", nil), ("1TB", nil),
        ] as [(String, Int?)])
    func sizes(text: String, bytes: Int?) {
        #expect(SettingText.bytes(text) == bytes)
    }

    @Test(
        "Sizes are written in the unit that needs no decimals",
        arguments: [(67_108_864, "64MiB"), (100_000_000, "100MB"), (1024, "1KiB"), (1000, "1KB"), (1001, "1001"), (0, "0")])
    func writtenSizes(bytes: Int, text: String) {
        #expect(SettingText.write(bytes: bytes) == text)
    }

    @Test(
        "Money is exact to the millionth",
        arguments: [
            ("0.002", 2000), ("1", 1_000_000), ("0.000001", 1), ("12.5", 12_500_000), ("0", 0),
            ("0.0000001", nil), ("", nil), (".5", nil), ("1.", nil), ("-1", nil), ("1e3", nil), ("1000001", nil), ("0,5", nil),
        ] as [(String, Int64?)])
    func money(text: String, microDollars: Int64?) {
        #expect(SettingText.microDollars(text) == microDollars)
    }

    @Test(
        "Money is written without zeros at its end",
        arguments: [(2000, "0.002"), (1_000_000, "1"), (12_500_000, "12.5"), (0, "0")] as [(Int64, String)])
    func writtenMoney(microDollars: Int64, text: String) {
        #expect(SettingText.write(microDollars: microDollars) == text)
    }

    @Test(
        "Misspelt words find their neighbour, far ones find none",
        arguments: [
            ("prot", "port"), ("hots", "host"), ("PORT", "port"), ("prune-cahce", "prune-cache"), ("zzz", nil), ("", nil),
            ("hourss", "hours"),
        ] as [(String, String?)])
    func nearest(word: String, known: String?) {
        #expect(NearestWord.find(word, among: ["port", "host", "prune-cache", "warm-cache", "hours"]) == known)
    }
}
