import CHiredis
import Glibc
import HearthTelemetry

/// A blocking hiredis connection for one probe. It belongs to the thread that made it and closes itself.
@safe struct RedisProbeConnection: ~Copyable {
    private let context: UnsafeMutablePointer<redisContext>
    private let address: RedisAddress

    private init(context: UnsafeMutablePointer<redisContext>, address: RedisAddress) {
        unsafe self.context = context
        self.address = address
    }

    deinit {
        unsafe redisFree(context)
    }

    /// - Parameter timeout: for the connection, and again for each answer.
    static func open(to address: RedisAddress, timeout: Duration) throws(StoreProbeError) -> RedisProbeConnection {
        let milliseconds = max(1, timeout.wholeMilliseconds)
        let limit = timeval(tv_sec: Int(milliseconds / 1000), tv_usec: Int(milliseconds % 1000 * 1000))
        // hiredis copies host and port, and returns nil only when memory is out.
        guard let context = unsafe redisConnectWithTimeout(address.host, Int32(address.port), limit) else {
            throw StoreProbeError(kind: .unreachable, store: "Redis", address: "\(address)", cause: "out of memory")
        }
        let connection = unsafe RedisProbeConnection(context: context, address: address)
        try connection.checkContext()
        _ = unsafe redisSetTimeout(context, limit)
        return connection
    }

    /// Sends one command and waits for its answer; an error reply is thrown.
    func send(_ command: [String]) throws(StoreProbeError) {
        // Sizes are counted and the bytes are copied by the call, so any byte may be in a password.
        let words = unsafe command.map { unsafe strdup($0) }
        defer { unsafe words.forEach { unsafe free($0) } }
        let lengths = command.map { $0.utf8.count }
        var pointers = unsafe words.map { word in unsafe UnsafePointer(word) }
        let answer = unsafe redisCommandArgv(context, Int32(command.count), &pointers, lengths)
        guard let answer = unsafe answer else {
            try checkContext()
            throw failure(.unreachable, "no answer")
        }
        defer { unsafe freeReplyObject(answer) }
        let reply = unsafe answer.assumingMemoryBound(to: redisReply.self)
        guard unsafe reply.pointee.type == REDIS_REPLY_ERROR else { return }
        // hiredis ends every text of a reply with a zero.
        let text = unsafe reply.pointee.str.map { unsafe String(cString: $0) } ?? "error"
        throw failure(Self.kind(ofErrorReply: text), text)
    }

    private func checkContext() throws(StoreProbeError) {
        let code = unsafe context.pointee.err
        guard code != 0 else { return }
        let number = errno
        let text = unsafe withUnsafePointer(to: &context.pointee.errstr) { tuple in
            // The text is a fixed array of 128 characters that ends with a zero.
            unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 128) { unsafe String(cString: $0) }
        }
        let isTimeout = code == REDIS_ERR_IO && (number == EAGAIN || number == ETIMEDOUT) || text.contains("timed out")
        throw failure(isTimeout ? .timeout : .unreachable, text)
    }

    /// The first word of an error reply is its class.
    private static func kind(ofErrorReply text: String) -> StoreProbeError.Kind {
        switch text.prefix(while: { $0 != " " }) {
        case "NOAUTH", "WRONGPASS", "NOPERM", "ERR": .refused
        default: .notReady
        }
    }

    private func failure(_ kind: StoreProbeError.Kind, _ cause: String) -> StoreProbeError {
        StoreProbeError(kind: kind, store: "Redis", address: "\(address)", cause: cause)
    }
}
