import Testing

@testable import HearthCLI

@Suite("Terminals, tables and JSON")
struct OutputTests {
    @Test(
        "Colour is used on a terminal only, unless somebody says otherwise",
        arguments: [
            (true, [:], ColorChoice.auto, true), (false, [:], .auto, false), (true, ["NO_COLOR": "1"], .auto, false),
            (true, ["NO_COLOR": ""], .auto, true), (true, ["TERM": "dumb"], .auto, false), (true, [:], .never, false),
            (false, [:], .always, true), (false, ["CLICOLOR_FORCE": "1"], .auto, true), (false, ["CLICOLOR_FORCE": "0"], .auto, false),
            (true, ["NO_COLOR": "1"], .always, true), (false, ["CLICOLOR_FORCE": "1"], .never, false),
        ] as [(Bool, [String: String], ColorChoice, Bool)])
    func color(isInteractive: Bool, environment: [String: String], choice: ColorChoice, expected: Bool) {
        #expect(Terminal(isInteractive: isInteractive, columns: 80, environment: environment, color: choice).usesColor == expected)
    }

    @Test(
        "Texts are as wide as they look",
        arguments: [("abc", 3), ("שלום", 4), ("שָׁלוֹם", 4), ("👍", 2), ("❤️", 2), ("日本", 4), ("e\u{301}", 1), ("", 0)])
    func width(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test("Long lines are cut to the terminal and not in a pipe")
    func cutting() {
        #expect(DisplayWidth.cut("abcdef", to: 6) == "abcdef")
        #expect(DisplayWidth.cut("abcdefg", to: 6) == "abcde…")
        #expect(DisplayWidth.cut("日本日本", to: 6) == "日本…")
        let table = TextTable(columns: [.init("A"), .init("N", isNumeric: true)], rows: [["long text here", "1"], ["x", "1,000"]])
        #expect(table.render(width: nil) == "A                   N\nlong text here      1\nx               1,000\n")
        #expect(table.render(width: 10) == "A         \nlong text…\nx        …\n".replacing("A         \n", with: "A        …\n"))
    }

    @Test("Nothing in a cell can move the cursor")
    func controls() {
        let table = TextTable(columns: [.init("A")], rows: [["x\u{1B}[2J\ny"]])
        #expect(table.render(width: nil) == "A\nx [2J y\n")
    }

    @Test(
        "JSON is read and written back as it was, order and digits included",
        arguments: [
            #"{"b":1,"a":[true,false,null,-0.50,1e-7,"x"],"c":{}}"#, #""Привет \"שלום\" \\ 👍""#, "[]", #"{"a":{"a":{"a":[[[1]]]}}}"#,
            "0", "-12.5E+3", #""\u0000\u2028""#,
        ])
    func roundTrip(text: String) throws {
        #expect(try #require(JSONReader.read(text)).line == text)
    }

    @Test("Escapes become characters")
    func escapes() {
        #expect(JSONReader.read(#""\u0041\ud83d\udc4d\n\/""#) == .string("A👍\n/"))
    }

    @Test(
        "What is not JSON is not read",
        arguments: [
            "", "{", "[1,]", "{\"a\":}", "{'a':1}", "01", "1.", ".5", "+1", "-", "nul", "\"a", "\"\\x\"", "\"\\ud83d\"", "\"\\ud83dx\"",
            "1 2", "\"\n\"",
            "NaN", "[1", "{\"a\" 1}", "{1:2}", "\"\\u12g4\"",
        ])
    func invalid(text: String) {
        #expect(JSONReader.read(text) == nil)
    }

    @Test("Deep nesting ends the reading before it ends the program")
    func depth() {
        #expect(JSONReader.read(String(repeating: "[", count: 100_000)) == nil)
        #expect(JSONReader.read(String(repeating: "[", count: 99) + String(repeating: "]", count: 99)) != nil)
    }

    @Test("Bytes that are not UTF-8 are not a text")
    func invalidUTF8() {
        #expect(JSONReader.read([UInt8(ascii: "\""), 0xFF, UInt8(ascii: "\"")]) == nil)
    }
}
