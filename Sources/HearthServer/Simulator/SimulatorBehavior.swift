/// How the simulator answers; it can be changed while it runs, by `POST /simulator/behavior`.
package struct SimulatorBehavior: Codable, Equatable, Sendable {
    /// What kind of answer is given; all but `normal` and `low_confidence` are ways in which real providers go wrong.
    package enum Mode: String, Codable, CaseIterable, Sendable {
        case normal
        case html
        case invalidJSON = "invalid_json"
        case empty
        case errorObject = "error_object"
        case refusal
        case length
        case lowConfidence = "low_confidence"
        /// One byte every 200 ms.
        case slowBody = "slow_body"
        /// 64 MiB of text.
        case huge
        case usageNegative = "usage_negative"
        case usageMissing = "usage_missing"
        /// Each request gets the answer to the question that came before it, as from a proxy that mixes up its connections.
        case swapped
        /// The same question gets another answer each time: a number at its end goes up.
        case changing
        /// Streams end without their last pieces, as from a connection that is cut.
        case cutStream = "cut_stream"
        /// Streams fall silent in the middle.
        case stalledStream = "stalled_stream"
        /// Streams report an error in the middle.
        case failingStream = "failing_stream"
    }

    package var mode: Mode
    /// Before each answer.
    package var latencyMilliseconds: Int
    /// The speed of streamed answers; 0 is as fast as they can be read.
    package var tokensPerSecond: Double
    /// The share of requests that fail with status 500, 0...1.
    package var errorRate: Double
    /// The status of every answer; 0 is the usual one.
    package var status: Int
    /// The `Retry-After` header of failures; nil is `1` with status 429 and none else.
    package var retryAfter: String?
    /// Whether token probabilities are given when they are not asked for.
    package var alwaysLogprobs: Bool

    package init(
        mode: Mode = .normal,
        latencyMilliseconds: Int = 200,
        tokensPerSecond: Double = 0,
        errorRate: Double = 0,
        status: Int = 0,
        retryAfter: String? = nil,
        alwaysLogprobs: Bool = false
    ) {
        self.mode = mode
        self.latencyMilliseconds = latencyMilliseconds
        self.tokensPerSecond = tokensPerSecond
        self.errorRate = errorRate
        self.status = status
        self.retryAfter = retryAfter
        self.alwaysLogprobs = alwaysLogprobs
    }

    /// Some of the fields; those that are missing stay as they are.
    struct Change: Decodable, Sendable {
        var mode: Mode?
        var latencyMilliseconds: Int?
        var tokensPerSecond: Double?
        var errorRate: Double?
        var status: Int?
        var retryAfter: String?
        var alwaysLogprobs: Bool?
    }

    func applying(_ change: Change) -> SimulatorBehavior {
        SimulatorBehavior(
            mode: change.mode ?? mode, latencyMilliseconds: change.latencyMilliseconds ?? latencyMilliseconds,
            tokensPerSecond: change.tokensPerSecond ?? tokensPerSecond, errorRate: change.errorRate ?? errorRate,
            status: change.status ?? status, retryAfter: change.retryAfter ?? retryAfter,
            alwaysLogprobs: change.alwaysLogprobs ?? alwaysLogprobs)
    }

    /// What is out of range; nil when the behaviour can be used.
    package var fault: String? {
        if !(0...600_000).contains(latencyMilliseconds) { return "latencyMilliseconds must be 0 to 600000" }
        if !(0...1).contains(errorRate) { return "errorRate must be 0 to 1" }
        if status != 0 && !(200...599).contains(status) { return "status must be 0 (the usual one) or 200 to 599" }
        if !(0...1_000_000).contains(tokensPerSecond) { return "tokensPerSecond must be 0 to 1000000" }
        if let retryAfter, retryAfter.utf8.count > 64 || !retryAfter.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) {
            return "retryAfter must be at most 64 printable characters"
        }
        return nil
    }
}
