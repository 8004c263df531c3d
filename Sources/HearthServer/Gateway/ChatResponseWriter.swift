import HTTPTypes
import HearthCache
import HearthTelemetry
import HearthUpstream
import Hummingbird
import NIOCore

/// Writes chat completions: as one body, as a stream of what is kept, or as a stream that is still arriving.
struct ChatResponseWriter: Sendable {
    static let costHeader = HTTPField.Name.known("X-Hearth-Cost-USD")
    static let savedHeader = HTTPField.Name.known("X-Hearth-Saved-USD")

    private static let bufferingHeader = HTTPField.Name.known("X-Accel-Buffering")
    private static let eventStart = Array("data: ".utf8)
    private static let eventEnd = Array("\n\n".utf8)
    private static let endMark = Array("data: [DONE]\n\n".utf8)
    private static let comment = Array(": waiting for the provider\n\n".utf8)

    let requestID: String
    let startedAt: Duration
    let timeSource: any TimeSource
    let commentInterval: Duration
    /// Whether headers that tell a kept answer from a new one are left out.
    var hidesOrigin = false

    /// An answer that is here as a whole.
    func response(_ answered: AnsweredQuestion, identity: ForwardedAnswer.Identity, to request: ChatRequest) throws -> Response {
        guard let completion = answered.answer.completion else {
            throw APIError(.internalError, "The kept answer is not a chat completion; ask with Cache-Control: no-cache.")
        }
        let replay = ChatReplay(completion, identity: identity)
        let bytes: [UInt8]
        if request.isStreamed {
            guard let pieces = replay.pieces(includesUsage: request.includesUsage) else {
                throw APIError(.internalError, "The kept answer cannot be read; ask with Cache-Control: no-cache.")
            }
            bytes = pieces.reduce(into: []) { Self.append($1, to: &$0) } + Self.endMark
        } else {
            bytes = replay.body
        }
        if hidesOrigin {
            var headers = AnswerHeaders.fields(AnswerHeaders.unsourced(requestID: requestID, bodyBytes: bytes.count))
            if request.isStreamed { headers[.contentType] = "text/event-stream" }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        var headers = AnswerHeaders.fields(
            AnswerHeaders.list(
                cacheStatus: answered.status.header, ageSeconds: answered.age?.components.seconds, requestID: requestID,
                bodyBytes: bytes.count, responseTime: timeSource.uptime() - startedAt))
        if request.isStreamed { headers[.contentType] = "text/event-stream" }
        headers[Self.costHeader] = Self.dollars(answered.costMicroDollars)
        headers[Self.savedHeader] = Self.dollars(answered.savedMicroDollars)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A stream that is still arriving. What it costs is not known before its end, so no header says it.
    func stream(_ live: LiveAnswer, on channel: any Channel) -> Response {
        var headers = AnswerHeaders.fields(
            AnswerHeaders.list(
                cacheStatus: live.openStatus.header, ageSeconds: nil, requestID: requestID, bodyBytes: 0,
                responseTime: timeSource.uptime() - startedAt))
        headers[.contentLength] = nil
        headers[.contentType] = "text/event-stream"
        // Asks nginx to pass pieces on at once.
        headers[Self.bufferingHeader] = "no"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                let interval = TimeAmount(commentInterval)
                let ticks = channel.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
                    live.reader.nudge()
                }
                defer { ticks.cancel() }
                do {
                    try await pass(live, to: &writer)
                } catch {
                    live.fail()
                    throw error
                }
                try await writer.finish(nil)
            })
    }

    private func pass(_ live: LiveAnswer, to writer: inout any ResponseBodyWriter) async throws {
        let request = live.inquiry.request
        var position = 0
        if live.beganInSilence { try await writer.write(ByteBuffer(bytes: Self.comment)) }
        while true {
            switch await live.reader.step(after: position) {
            case .pieces(let pieces):
                if position == 0 { live.noteFirstWords() }
                position += pieces.count
                let wanted = request.includesUsage ? pieces : pieces.filter { !UsagePiece.matches($0) }
                guard !wanted.isEmpty else { continue }
                try await writer.write(ByteBuffer(bytes: wanted.reduce(into: []) { Self.append($1, to: &$0) }))
            case .quiet:
                try await writer.write(ByteBuffer(bytes: Self.comment))
            case .ended(.success(let answer)):
                var rest: [UInt8] = []
                if position == 0, let completion = answer.answer.completion {
                    // The call was not streamed, or the answer was kept at the last moment.
                    let replay = ChatReplay(completion, identity: live.identity(of: answer))
                    for piece in replay.pieces(includesUsage: request.includesUsage) ?? [] { Self.append(piece, to: &rest) }
                }
                // Counted before its last byte: whoever has it may ask for the figures.
                _ = live.finish(answer)
                return try await writer.write(ByteBuffer(bytes: rest + Self.endMark))
            case .ended(.failure(let error)):
                live.fail()
                var last: [UInt8] = []
                Self.append(error.event, to: &last)
                return try await writer.write(ByteBuffer(bytes: last))
            case .left:
                return live.fail()
            }
        }
    }

    private static func append(_ piece: [UInt8], to bytes: inout [UInt8]) {
        bytes += eventStart
        bytes += piece
        bytes += eventEnd
    }

    /// Six decimals, as exact as money is counted: 2000 millionths are 0.002000.
    static func dollars(_ microDollars: Int64) -> String {
        let fraction = String(microDollars.magnitude % 1_000_000)
        return "\(microDollars / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }
}
