import Testing

@testable import HearthDrivers

@Suite("What Redis errors say")
struct RedisErrorTests {
    private static let kinds: [RedisError.Kind] = [
        .unreachable, .timeout, .breakerOpen, .overloaded, .cancelled, .tooLarge, .protocolViolation, .handshake, .unexpectedReply,
        .reply(RedisErrorReply("OOM command not allowed when used memory > 'maxmemory'.")),
    ]

    @Test("They are one line and leave the full stop to whoever quotes them", arguments: kinds)
    func sentences(kind: RedisError.Kind) {
        let text = RedisError(kind, address: "127.0.0.1:6379", cause: "the server said so.\r\n").description
        #expect(!text.contains("..") && !text.hasSuffix(".") && !text.contains("\n"), "\(text)")
    }
}
