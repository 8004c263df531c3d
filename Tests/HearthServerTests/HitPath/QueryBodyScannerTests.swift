import Foundation
import HearthTelemetry
import HearthTestKit
import NIOCore
import Testing

@testable import HearthServer

@Suite("The scanner of question bodies")
struct QueryBodyScannerTests {
    private func scan(_ text: String) -> CacheQuery? {
        QueryBodyScanner.scan(ByteBuffer(string: text).readableBytesView)
    }

    @Test(
        "The documented fields are read in any order and spacing",
        arguments: [
            (#"{"query":"hi"}"#, CacheQuery(query: "hi")),
            (#" { "language" : "es" , "query" : "hola" } "#, CacheQuery(query: "hola", language: .es)),
            (
                #"{"query":"a","language":"he","category":"pricing","customerId":"c1","skipCache":false}"#,
                CacheQuery(query: "a", language: .he, category: .pricing, customer: "c1")
            ),
            (#"{"query":"Сколько стоит?"}"#, CacheQuery(query: "Сколько стоит?")),
            (#"{"query":"\u0421\u043a \ud83d\ude00 \"x\" \\ \/ \n"}"#, CacheQuery(query: "Ск 😀 \"x\" \\ / \n")),
        ])
    func accepted(text: String, query: CacheQuery) {
        #expect(scan(text) == query)
    }

    @Test(
        "Everything out of the ordinary is left to the ordinary path",
        arguments: [
            "", "{", "{}", "[]", #"{"query":1}"#, #"{"query":"a","query":"b"}"#, #"{"query":"a","unknown":1}"#,
            #"{"query":"a","language":"fr"}"#, #"{"query":"a","skipCache":true}"#, #"{"query":"a"} x"#, #"{"query":"a",}"#,
            #"{"query":"\ud83d"}"#, #"{"query":"\ude00\ud83d"}"#, #"{"query":"\x"}"#, "{\"query\":\"a\nb\"}", #"{"query":"a"#,
            #"{"query":"\u12g4"}"#, #"{"language":"en"}"#, #"{"query":null}"#,
        ])
    func refused(text: String) {
        #expect(scan(text) == nil)
    }

    @Test("Bytes that are not UTF-8 are left to the ordinary path")
    func invalidText() {
        var buffer = ByteBuffer(string: #"{"query":""#)
        buffer.writeBytes([0xC3, 0x28])
        buffer.writeString(#""}"#)
        #expect(QueryBodyScanner.scan(buffer.readableBytesView) == nil)
    }

    @Test("What the scanner accepts, the ordinary path reads the same", arguments: 1...200)
    func agreement(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let alphabet: [Character] = ["a", "Я", "ש", "é", "\"", "\\", "/", "\n", "😀", " ", "\u{301}", "\u{7}"]
        let text = String((0..<20).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
        var object: [String: String] = ["query": "x" + text + "x"]
        if random.next() % 2 == 0 { object["language"] = Language.allCases[Int(random.next() % 5)].rawValue }
        let data = try JSONEncoder().encode(object)
        let scanned = try #require(QueryBodyScanner.scan(ByteBuffer(bytes: data).readableBytesView))
        #expect(try QueryRequestBody.decode(data, maximumCharacters: 500) == scanned)
    }
}
