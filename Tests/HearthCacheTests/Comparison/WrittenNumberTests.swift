import Testing

@testable import HearthCache

@Suite("Numbers as they are written")
struct WrittenNumberTests {
    @Test(
        "Equal numbers have one form",
        arguments: [
            ("1000", "1000"), ("1,000", "1000"), ("1.000", "1000"), ("1,000.50", "1000.5"), ("1.000,5", "1000.5"), ("1.000.000", "1000000"),
            ("2,50", "2.5"), ("2.5", "2.5"), ("35.00", "35"), ("0.250", "0.25"), (".5", "0.5"), ("09:00", "9"), ("9", "9"),
            ("10:30", "10:30"), ("12.05.2026", "12.05.2026"), ("007", "7"), ("0", "0"), ("0,00", "0"), ("-5", "-5"),
            ("-0", "0"), ("1.2.3", "1.2.3"),
        ])
    func canonical(written: String, form: String) {
        #expect(WrittenNumber.canonical(written) == form)
    }

    @Test(
        "A word with digits is taken apart",
        arguments: [
            ("$35", [.other("$"), .number("35")]), ("10am", [.number("10"), .other("am")]), ("9-18", [.number("9"), .number("18")]),
            ("24/7", [.number("24"), .number("7")]), ("b12", [.other("b"), .number("12")]), ("-5°c", [.number("-5"), .other("°c")]),
            ("20%", [.number("20"), .other("%")]), ("$-5", [.other("$"), .number("-5")]),
            ("10:30-18:00", [.number("10:30"), .number("18")]),
        ] as [(String, [WrittenNumber.Part])])
    func parts(word: String, parts: [WrittenNumber.Part]) {
        #expect(WrittenNumber.parts(of: word) == parts)
    }
}
