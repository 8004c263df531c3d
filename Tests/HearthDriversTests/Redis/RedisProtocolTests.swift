import NIOCore
import Testing

@testable import HearthDrivers

@Suite("The Redis protocol")
struct RedisProtocolTests {
    private static let stream =
        "+OK\r\n-ERR no\r\n:-42\r\n$5\r\nhello\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n:1\r\n*2\r\n+a\r\n$-1\r\n$2\r\n\r\n\r\n"
    private static let values: [RedisValue] = [
        .status("OK"), .error(RedisErrorReply("ERR no")), .integer(-42), .bytes(Array("hello".utf8)), .bytes([]), .null, .null, .array([]),
        .array([.integer(1), .array([.status("a"), .null]), .bytes([13, 10])]),
    ]

    private func read(_ pieces: [String], limits: RedisReplyReader.Limits = .init()) throws -> [RedisValue] {
        guard var reader = RedisReplyReader(limits: limits) else { throw RedisReplyReader.Violation(cause: "out of memory") }
        var values: [RedisValue] = []
        for piece in pieces { try reader.read(ByteBuffer(string: piece)) { values.append($0) } }
        return values
    }

    @Test("Every kind of reply is read, in one piece and byte by byte")
    func kinds() throws {
        #expect(try read([Self.stream]) == Self.values)
        #expect(try read(Self.stream.map(String.init)) == Self.values)
    }

    @Test("Cut at any byte, no reply is made of a part")
    func cuts() throws {
        let bytes = Array(Self.stream.utf8)
        for cut in bytes.indices {
            let values = try read([String(decoding: bytes[..<cut], as: UTF8.self)])
            #expect(values == Array(Self.values.prefix(values.count)))
        }
    }

    @Test("What is no reply, too long or too wide is a violation")
    func violations() throws {
        #expect(throws: RedisReplyReader.Violation.self) { try read(["HTTP/1.1 400 Bad Request\r\n\r\n"]) }
        let limits = RedisReplyReader.Limits(bytes: 1000, elements: 100)
        #expect(throws: RedisReplyReader.Violation.self) {
            try read(["$100000\r\n", String(repeating: "x", count: 2000)], limits: limits)
        }
        #expect(throws: RedisReplyReader.Violation.self) { try read(["*1000000\r\n:1\r\n"], limits: limits) }
        #expect(try read(["$900\r\n", String(repeating: "x", count: 900), "\r\n"], limits: limits).count == 1)
    }

    @Test("Commands are written as arrays of counted words, whatever is in them")
    func commands() {
        #expect(
            String(decoding: RedisCommand("SET", "k\r\n", "").bytes, as: UTF8.self)
                == "*3\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$0\r\n\r\n")
        let binary = RedisCommand([Array("SET".utf8), [0, 255], [13]])
        #expect(binary.bytes == Array("*3\r\n$3\r\nSET\r\n$2\r\n".utf8) + [0, 255] + Array("\r\n$1\r\n".utf8) + [13, 13, 10])
    }

    @Test(
        "Error replies say what is to be done",
        arguments: [
            ("MOVED 1 h:1", RedisErrorReply.Remedy.redirect), ("ASK 1 h:1", .redirect), ("TRYAGAIN x", .tryAgain),
            ("ERR Script attempted to access a non local key in a cluster node script: x, on @user_script:1.", .tryAgain),
            ("BUSYKEY Target key name already exists.", .command),
            ("NOSCRIPT No matching script", .sendScript), ("ERR unknown command `EVALSHA`", .sendScript),
            ("READONLY You can't write", .reconnect), ("LOADING Redis is loading", .unavailable), ("BUSY Redis is busy", .unavailable),
            ("CLUSTERDOWN The cluster is down", .unavailable), ("CLUSTERDOWN Hash slot not served", .tryAgain),
            ("ERR max number of clients reached", .unavailable),
            ("NOAUTH Authentication required.", .configuration), ("WRONGPASS invalid", .configuration), ("NOPERM x", .configuration),
            ("OOM command not allowed", .configuration), ("MISCONF Errors writing", .configuration),
            ("WRONGTYPE Operation", .configuration), ("ERR syntax error", .command),
        ])
    func remedies(text: String, remedy: RedisErrorReply.Remedy) {
        #expect(RedisErrorReply(text).remedy == remedy)
    }

    @Test("What a server repeats of an unknown command is left out, and the command is not")
    func repeatedWords() {
        let text = "ERR unknown command 'AUTH', with args beginning with: 'a-secret-word' "
        #expect(RedisErrorReply(text) == RedisErrorReply("ERR unknown command 'AUTH'"))
        #expect(RedisErrorReply("ERR unknown command `EVALSHA`, with args beginning with: `e0`").remedy == .sendScript)
        #expect(RedisErrorReply("WRONGPASS x, with args beginning with: y").text.hasSuffix("y"))
    }

    @Test("Redirections name slot and node")
    func redirections() throws {
        let moved = try #require(RedisErrorReply("MOVED 3999 127.0.0.1:6381").redirection)
        #expect(moved.isPermanent && moved.slot == 3999 && moved.host == "127.0.0.1" && moved.port == 6381)
        #expect(try #require(RedisErrorReply("ASK 1 ::1:6381").redirection).host == "::1")
        #expect(RedisErrorReply("MOVED 99999 h:1").redirection == nil)
        #expect(RedisErrorReply("ERR MOVED").redirection == nil)
    }

    @Test("Slots are those of the specification")
    func slots() {
        // Redis Cluster specification, "Keys distribution model": CRC16 of 123456789 is 0x31C3.
        #expect(RedisSlot.of("123456789") == 0x31C3)
        #expect(RedisSlot.of("{user1000}.following") == RedisSlot.of("{user1000}.followers"))
        #expect(RedisSlot.of("foo{}{bar}") != RedisSlot.of("bar"))
        #expect(RedisSlot.of("foo{{bar}}zap") == RedisSlot.of("{bar"))
    }
}
