import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Tables of comma-separated values")
struct CSVTableTests {
    @Test(
        "Texts come back as they were",
        arguments: ["", "plain", "a,b", "say \"no\"", "\"", "\"\"", "two\r\nlines", "one\ntwo", "שלום, עולם", "a=b", "a\"\u{301},=1"])
    func texts(text: String) throws {
        var table = CSVTable(["before", "text", "after"])
        table.add(["1", CSVTable.text(text), "2"])
        let read = try #require(CSVRows(table.text))
        #expect(read.rows == [["before": "1", "text": text, "after": "2"]])
    }

    @Test("What a spreadsheet would take for a formula is a text", arguments: ["=1+2", "+1", "-1", "@SUM(A1)", "\t=1", "=\u{301}1"])
    func formulas(text: String) {
        // Compared as bytes: an accent would be taken together with what stands before it.
        #expect(Array(CSVTable.text(text).utf8) == Array("\"'".utf8) + Array(text.utf8) + Array("\"".utf8))
    }

    @Test("What is absent is an empty field, and names with values are one field in their order")
    func values() {
        #expect(CSVTable.value(nil as Int?) == "" && CSVTable.value(0.25) == "0.25" && CSVTable.text(nil) == "")
        #expect(CSVTable.pairs(nil as [String: Int]?) == "" && CSVTable.pairs(["b": 2, "a": 1]) == "\"a=1; b=2\"")
    }
}
