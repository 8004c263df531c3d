import Testing

@testable import HearthDrivers

@Suite("HTTP response head")
struct HTTPResponseHeadTests {
    private func head(_ lines: [String], maximumFields: Int = 10, maximumBytes: Int = 1000) -> HTTPResponseHead {
        var head = HTTPResponseHead(maximumFields: maximumFields, maximumBytes: maximumBytes)
        for line in lines { guard head.receive(Array(line.utf8)) else { break } }
        return head
    }

    @Test("It is complete at the blank line and not before")
    func complete() {
        #expect(!head(["HTTP/1.1 200 OK\r\n", "A: b\r\n"]).isComplete)
        #expect(head(["HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"]).isComplete)
        #expect(head(["HTTP/2 200\n", "\n"]).isComplete)
    }

    @Test("An interim answer is not complete and leaves no fields")
    func interim() {
        let interim = head(["HTTP/1.1 103 Early\r\n", "Link: x\r\n", "\r\n"])
        #expect(!interim.isComplete)
        let final = head(["HTTP/1.1 103 Early\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"])
        #expect(final.isComplete)
        #expect(final.headers["link"] == nil)
        #expect(final.headers["a"] == "b")
    }

    @Test("Trailers are dropped")
    func trailers() {
        #expect(head(["HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n", "A: c\r\n", "T: x\r\n"]).headers.count == 1)
    }

    @Test("Too many fields and too many bytes pass the limit, also across interim answers and trailers")
    func limits() {
        let fields = (0..<11).map { "X-\($0): y\r\n" }
        #expect(head(["HTTP/1.1 200 OK\r\n"] + fields.prefix(10) + ["\r\n"]).isComplete)
        #expect(head(["HTTP/1.1 200 OK\r\n"] + fields + ["\r\n"]).isOverLimit)
        #expect(head(["HTTP/1.1 200 OK\r\n", "\r\n"] + fields).isOverLimit)
        #expect(head(["HTTP/1.1 200 OK\r\n", "X: " + String(repeating: "y", count: 1000) + "\r\n"]).isOverLimit)
        #expect(head(Array(repeating: "HTTP/1.1 103 Early\r\n", count: 13)).isOverLimit)
    }
}
