import CHiredis
import NIOCore

/// Cuts a stream of bytes into replies, with hiredis' reader.
///
/// It belongs to one connection and is used on its event loop only.
@safe struct RedisReplyReader: ~Copyable {
    /// What no reply may exceed; a longer one ends the connection before it fills the memory.
    struct Limits: Sendable {
        /// Bytes of a reply that is not complete.
        var bytes = 16 << 20
        /// Elements of one array; room for them is made when they are announced.
        var elements = 1 << 18
    }

    struct Violation: Error, Equatable {
        var cause: String
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let limits: Limits
    /// Bytes that were fed since the last complete reply.
    private var unread = 0

    init?(limits: Limits = Limits()) {
        guard let reader = unsafe hearth_redis_reader_create(Int32(clamping: limits.elements)) else { return nil }
        unsafe self.reader = reader
        self.limits = limits
    }

    deinit {
        unsafe hearth_redis_reader_free(reader)
    }

    /// Adds what was received and calls `body` for each reply that is complete now.
    mutating func read(_ buffer: ByteBuffer, _ body: (RedisValue) -> Void) throws(Violation) {
        let status = unsafe buffer.withUnsafeReadableBytes { bytes in
            // An empty buffer has no address; hiredis is not called with nothing.
            guard let address = bytes.baseAddress, bytes.count > 0 else { return Int32(REDIS_OK) }
            return unsafe redisReaderFeed(reader, address.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard status == REDIS_OK else { throw violation() }
        unread += buffer.readableBytes
        while let value = try next() {
            body(value)
            unread = unsafe reader.pointee.len - reader.pointee.pos
        }
        if unread > limits.bytes { throw Violation(cause: "a reply is longer than \(limits.bytes) bytes") }
    }

    private mutating func next() throws(Violation) -> RedisValue? {
        var object: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &object) == REDIS_OK else { throw violation() }
        guard let object = unsafe object else { return nil }
        defer { unsafe freeReplyObject(object) }
        return unsafe Self.value(object.assumingMemoryBound(to: redisReply.self))
    }

    private func violation() -> Violation {
        // The shim makes no room for larger ones.
        if unsafe reader.pointee.err == REDIS_ERR_OOM {
            return Violation(cause: "a reply has more than \(limits.elements) elements, or there is no memory for it")
        }
        let text = unsafe withUnsafePointer(to: &reader.pointee.errstr) { tuple in
            // The text is a fixed array of 128 characters that ends with a zero.
            unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 128) { unsafe String(cString: $0) }
        }
        return Violation(cause: text)
    }

    /// hiredis nests at most seven levels, and so does this.
    private static func value(_ reply: UnsafeMutablePointer<redisReply>) -> RedisValue {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_STRING: return unsafe .bytes(bytes(reply))
        case REDIS_REPLY_STATUS: return unsafe .status(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return unsafe .error(RedisErrorReply(String(decoding: bytes(reply), as: UTF8.self)))
        case REDIS_REPLY_INTEGER: return unsafe .integer(reply.pointee.integer)
        case REDIS_REPLY_ARRAY:
            var items: [RedisValue] = []
            let count = unsafe Int(reply.pointee.elements)
            items.reserveCapacity(count)
            for index in 0..<count {
                guard let element = unsafe reply.pointee.element?[index] else { continue }
                items.append(unsafe value(element))
            }
            return .array(items)
        default: return .null
        }
    }

    private static func bytes(_ reply: UnsafeMutablePointer<redisReply>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len))
    }
}
