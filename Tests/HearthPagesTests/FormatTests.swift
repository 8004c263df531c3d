import HearthTelemetry
import PageSamples
import Testing

@testable import HearthPages

@Suite("Figures read as people of each language write them")
struct FormatTests {
    struct Golden: Sendable {
        var language: Language
        var count: String
        var percent: String
        var money: String
        var loss: String
        var span: String
        var milliseconds: String
        var bytes: String
    }

    static let golden = [
        Golden(
            language: .en, count: "1,234,567", percent: "92.4 %", money: "USD 1,234.57", loss: "USD -0.35", span: "8 min 56 s",
            milliseconds: "0.6 ms", bytes: "61.2 MB"),
        Golden(
            language: .es, count: "1.234.567", percent: "92,4 %", money: "1234,57 USD", loss: "-0,35 USD", span: "8 min 56 s",
            milliseconds: "0,6 ms", bytes: "61,2 MB"),
        Golden(
            language: .pt, count: "1.234.567", percent: "92,4%", money: "USD 1.234,57", loss: "USD -0,35", span: "8 min 56 s",
            milliseconds: "0,6 ms", bytes: "61,2 MB"),
        Golden(
            language: .ru, count: "1 234 567", percent: "92,4 %", money: "1 234,57 USD", loss: "-0,35 USD", span: "8 мин 56 с",
            milliseconds: "0,6 мс", bytes: "61,2 МБ"),
        Golden(
            language: .he, count: "1,234,567", percent: "92.4%", money: "1,234.57 USD", loss: "\u{200E}-0.35 USD", span: "8 דק׳ 56 שנ׳",
            milliseconds: "0.6 מ״ש", bytes: "61.2 MB"),
    ]

    @Test("Numbers, shares, money and spans", arguments: golden)
    func figures(golden: Golden) {
        let figures = Figures(golden.language)
        let plain = { (text: String) in text.replacing("\u{A0}", with: " ") }
        #expect(plain(figures.count(Int64(1_234_567))) == golden.count)
        #expect(plain(figures.percent(92.44)) == golden.percent)
        #expect(plain(figures.dollars(1234.5678)) == golden.money)
        #expect(plain(figures.dollars(-0.35)) == golden.loss)
        #expect(plain(figures.span(.seconds(536))) == golden.span)
        #expect(plain(figures.milliseconds(0.64)) == golden.milliseconds)
        #expect(plain(figures.bytes(61_200_000)) == golden.bytes)
    }

    @Test(
        "Only the whole is 100 and only nothing is 0",
        arguments: [(0, "0.0 %"), (99.97, "99.9 %"), (100, "100.0 %"), (0.01, "0.1 %"), (.nan, "–")] as [(Double, String)])
    func percents(share: Double, text: String) {
        #expect(Figures(.en).percent(share).replacing("\u{A0}", with: " ") == text)
    }

    @Test(
        "Small amounts keep four decimals, others two",
        arguments: [
            (0, "USD 0.00"), (0.002, "USD 0.002"), (0.18, "USD 0.18"), (18.02, "USD 18.02"), (0.99995, "USD 1.00"), (-0.00001, "USD 0.00"),
            (.infinity, "–"),
        ] as [(Double, String)])
    func dollars(amount: Double, text: String) {
        #expect(Figures(.en).dollars(amount).replacing("\u{A0}", with: " ") == text)
    }

    @Test(
        "Response times keep two or three digits",
        arguments: [
            (0, "0.000 ms"), (0.042, "0.042 ms"), (9.96, "10.0 ms"), (203.1, "203 ms"), (999.6, "1.0 s"), (59_960, "59 s"),
            (245_000, "4 min 5 s"), (-1, "–"), (.nan, "–"),
        ] as [(Double, String)])
    func milliseconds(duration: Double, text: String) {
        #expect(Figures(.en).milliseconds(duration).replacing("\u{A0}", with: " ") == text)
    }

    @Test(
        "Moments are written on a 24-hour clock with their zone",
        arguments: [
            (.en, "22 Nov 2026 17:31:04 UTC", "Sun 22 Nov 17:31 UTC", "November 2026"),
            (.es, "22 nov 2026 17:31:04 UTC", "dom 22 nov 17:31 UTC", "noviembre 2026"),
            (.pt, "22 nov. 2026 17:31:04 UTC", "dom. 22 nov. 17:31 UTC", "novembro 2026"),
            (.ru, "22 нояб. 2026 17:31:04 UTC", "вс 22 нояб. 17:31 UTC", "ноябрь 2026"),
            (.he, "22 בנוב׳ 2026 17:31:04 UTC", "א׳ 22 בנוב׳ 17:31 UTC", "נובמבר 2026"),
        ] as [(Language, String, String, String)])
    func moments(language: Language, full: String, short: String, month: String) {
        let calendar = Calendar(language, zone: .utc)
        #expect(calendar.fullMoment(Sample.now) == full)
        #expect(calendar.moment(Sample.now) == short)
        #expect(calendar.month(Sample.november) == month)
    }

    @Test("Both hours of the night on which clocks go back have their own name")
    func daylight() {
        let zone = PageZone(
            name: "Europe/Athens", first: .init(from: Timestamp(milliseconds: 0), secondsEast: 10_800, abbreviation: "EEST"),
            later: [.init(from: Timestamp(iso8601: "2026-10-25T01:00Z") ?? .noon, secondsEast: 7200, abbreviation: "EET")])
        let calendar = Calendar(.en, zone: zone)
        let first = Timestamp(iso8601: "2026-10-25T00:30Z") ?? .noon
        #expect(calendar.moment(first) == "Sun 25 Oct 03:30 EEST")
        #expect(calendar.moment(first + .seconds(3600)) == "Sun 25 Oct 03:30 EET")
    }
}
