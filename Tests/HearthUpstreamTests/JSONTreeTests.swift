import Foundation
import Testing

@testable import HearthUpstream

@Suite("JSON as it was written")
struct JSONTreeTests {
    @Test(
        "Values come out as they went in",
        arguments: [
            "null", "true", "-0.5e+10", "1152921504606846977", "1.0", #""a\"b\\c\n""#, "[]", "{}", #"{"b":[1,{"a":null}],"a":"é👍"}"#,
        ])
    func roundTrip(text: String) throws {
        #expect(String(decoding: try #require(JSONTree(text.utf8)).bytes, as: UTF8.self) == text)
    }

    @Test("Order, space and escapes make no difference to the canonical form; numbers do")
    func canonical() throws {
        func form(_ text: String) -> [UInt8]? { JSONTree(text.utf8)?.canonicalBytes }
        #expect(form(#"{"b": 1, "a": "\u00e9\ud83d\udc4d"}"#) == form(#"{"a":"é👍","b":1}"#))
        #expect(form("1") != form("1.0"))
        #expect(form("[1,2]") != form("[2,1]"))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", " ", "01", "1.", ".5", "+1", "1e", "nul", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "\"a", "\"\t\"", "\"\\x\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\u00g0\"", "1 2", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "NaN", "'a'",
            String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
        ])
    func invalid(text: String) { #expect(JSONTree(text.utf8) == nil) }

    @Test("Bytes that are no UTF-8 are refused, and no bytes trap")
    func total() {
        #expect(JSONTree([0x22, 0xff, 0x22]) == nil)
        #expect(JSONTree([0x22, 0xc3, 0x22]) == nil)
        var dice = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]",:\u0d8e1.-+ tfn"#.utf8) + [0xc3, 0xa9, 0x00]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &dice)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &dice)] }
            guard let tree = JSONTree(bytes) else { continue }
            #expect(JSONTree(tree.bytes) == tree)
            // Foundation refuses numbers that no Double holds; here they are passed on as they are written.
            guard !String(decoding: bytes, as: UTF8.self).contains(/e[+-]?\d{3}/) else { continue }
            #expect((try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil, "\(bytes)")
        }
    }
}
