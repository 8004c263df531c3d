import Testing

@testable import HearthUpstream

@Suite("Server-sent events in pieces")
struct EventStreamParserTests {
    /// A stream, and the data of its events.
    private static let streams: [(String, [String])] = [
        ("data: one\n\ndata: two\n\n", ["one", "two"]), ("data: one\r\n\r\ndata: two\r\n\r\n", ["one", "two"]),
        ("data: one\r\rdata: two\r\r", ["one", "two"]), ("data: one\r\n\ndata: two\n\r\n", ["one", "two"]),
        ("\u{FEFF}data: marked\n\n", ["marked"]), (": comment\n\ndata: one\n: another\n\n", ["one"]),
        ("data: first\ndata: second\ndata:\ndata: fourth\n\n", ["first\nsecond\n\nfourth"]),
        ("event: delta\nid: 7\nretry: 10\ndata: one\n\n", ["one"]),
        ("data:no space\n\ndata:  two spaces\n\n", ["no space", " two spaces"]),
        ("data\n\ndata: one\n\n", ["one"]), ("database: no\n\ndata: yes\n\n", ["yes"]), ("\n\n\n\r\n\rdata: late\n\n", ["late"]),
        ("data: {\"text\":\"שלום 👩‍🚒 ё\"}\r\n\r\ndata: [DONE]\r\n\r\n", ["{\"text\":\"שלום 👩‍🚒 ё\"}", "[DONE]"]), ("data: unfinished", []),
        ("data: unfinished\n", []), ("data: done\n\ndata: unfinished\r\n", ["done"]), ("", []), ("\r", []), (":", []),
    ]

    private static func events(_ pieces: [[UInt8]]) throws -> [String] {
        var parser = EventStreamParser()
        return try pieces.flatMap { try parser.receive($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("Events are the same whole, byte by byte, and cut in two anywhere", arguments: streams)
    func cuts(stream: String, expected: [String]) throws {
        let bytes = Array(stream.utf8)
        #expect(try Self.events([bytes]) == expected)
        #expect(try Self.events(bytes.map { [$0] }) == expected)
        for cut in 0...bytes.count { #expect(try Self.events([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "cut at \(cut)") }
    }

    @Test("Any bytes give events or none")
    func total() throws {
        var dice = SystemRandomNumberGenerator()
        let alphabet: [UInt8] = [0x0a, 0x0d, 0x3a, 0x20, 0x64, 0x61, 0x74, 0x61, 0x00, 0xff, 0xc3, 0x28]
        for _ in 0..<2000 {
            let bytes = (0..<64).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &dice)] }
            let cut = Int.random(in: 0...bytes.count, using: &dice)
            #expect(try Self.events([bytes]) == Self.events([Array(bytes[..<cut]), Array(bytes[cut...])]))
        }
    }

    @Test("A line or an event that never ends is given up at the limit", arguments: ["x", "data: y\n"])
    func limit(piece: String) {
        var parser = EventStreamParser(maximumEventBytes: 1000)
        #expect(throws: EventStreamParser.TooLong.self) {
            for _ in 0..<2000 { _ = try parser.receive(Array(piece.utf8)) }
        }
    }
}
