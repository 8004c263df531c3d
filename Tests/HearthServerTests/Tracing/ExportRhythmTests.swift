import HearthDrivers
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("When exports of traces are tried again")
struct ExportRhythmTests {
    private static let away = ExportReply.unavailable(cause: "status 503", retryAfter: nil)

    @Test("Pauses double up to the limit, a batch is tried five times, and there is one word at each change")
    func outage() {
        var rhythm = ExportRhythm()
        var steps: [ExportRhythm.Step] = []
        var changes: [ExportRhythm.Change?] = []
        for _ in 0..<7 {
            let (step, change) = rhythm.note(Self.away, unitRandom: 1)
            steps.append(step)
            changes.append(change)
        }
        #expect(
            steps == [
                .retry(after: .seconds(1)), .retry(after: .seconds(2)), .retry(after: .seconds(4)), .retry(after: .seconds(8)),
                .giveUp(pause: .seconds(16)), .retry(after: .seconds(30)), .retry(after: .seconds(30)),
            ])
        #expect(changes.compactMap(\.self) == [.failing("status 503")])
        #expect(rhythm.note(.accepted(rejected: 0), unitRandom: 1) == (.goOn, .wellAgain))
        #expect(rhythm.note(.accepted(rejected: 2), unitRandom: 1) == (.goOn, nil))
        #expect(rhythm.note(Self.away, unitRandom: 0) == (.retry(after: .milliseconds(500)), .failing("status 503")))
    }

    @Test("What the collector asks for is waited, and jitter comes on top")
    func retryAfter() {
        var rhythm = ExportRhythm()
        let reply = ExportReply.unavailable(cause: "status 429", retryAfter: .seconds(20))
        #expect(rhythm.note(reply, unitRandom: 1).0 == .retry(after: .seconds(21)))
    }

    @Test("What is refused for good is not tried again, and the next batch waits")
    func refusal() {
        var rhythm = ExportRhythm()
        #expect(rhythm.note(.refused(cause: "status 401"), unitRandom: 1) == (.giveUp(pause: .seconds(1)), .failing("status 401")))
        #expect(rhythm.note(.refused(cause: "status 401"), unitRandom: 1) == (.giveUp(pause: .seconds(2)), nil))
    }
}

@Suite("What a collector's reply means")
struct ExportReplyTests {
    private let now = Timestamp(iso8601: "2026-11-22T10:00:00Z") ?? Timestamp(milliseconds: 0)

    private func reply(_ status: Int, _ body: String = "", retryAfter: String? = nil) -> ExportReply {
        ExportReply(
            HTTPClientResponse(
                status: status, headers: HTTPClientHeaders(retryAfter.map { [("Retry-After", $0)] } ?? []), body: Array(body.utf8)),
            now: now)
    }

    @Test("Four statuses may be tried again", arguments: [429, 502, 503, 504])
    func temporary(status: Int) {
        #expect(reply(status) == .unavailable(cause: "status \(status)", retryAfter: nil))
        #expect(reply(status, retryAfter: "7") == .unavailable(cause: "status \(status)", retryAfter: .seconds(7)))
        #expect(
            reply(status, retryAfter: "Sun, 22 Nov 2026 10:00:30 GMT")
                == .unavailable(cause: "status \(status)", retryAfter: .seconds(30)))
    }

    @Test("The others may not", arguments: [301, 400, 401, 403, 404, 405, 408, 413, 500, 501])
    func final(status: Int) {
        #expect(reply(status) == .refused(cause: "status \(status)"))
    }

    @Test(
        "A success may be one in part",
        arguments: [
            ("", 0), ("{}", 0), ("not json", 0), (#"{"partialSuccess":{}}"#, 0),
            (#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}"#, 3), (#"{"partialSuccess":{"rejectedSpans":4}}"#, 4),
            (#"{"partialSuccess":{"rejectedSpans":"-1"}}"#, 0),
        ])
    func partial(body: String, rejected: Int) {
        #expect(reply(200, body) == .accepted(rejected: rejected))
    }

    @Test("No answer may be tried again; a request that cannot be sent may not")
    func errors() {
        for kind in [HTTPClientError.Kind.resolve, .connect, .connectTimeout, .totalTimeout, .reset, .emptyReply, .tls] {
            guard case .unavailable = ExportReply(HTTPClientError(kind: kind, host: "collector")) else {
                Issue.record("\(kind)")
                continue
            }
        }
        if case .refused = ExportReply(HTTPClientError(kind: .invalidRequest, host: "collector")) {} else { Issue.record("invalid") }
    }
}
