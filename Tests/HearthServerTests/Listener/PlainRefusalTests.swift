import HearthTelemetry
import HearthUpstream
import Testing

@testable import HearthServer

@Suite("Refusals of what never became a request")
struct PlainRefusalTests {
    @Test(
        "The first bytes tell whether the gateway is asked",
        arguments: [
            ("POST /v1/chat/completions HTTP/1.1\r\n", true), ("DELETE /v1/files/a HTTP/1.1\r\n", true), ("GET /v1/", true),
            ("GET /v1 HTTP/1.1\r\n", true), ("GET /v1", false), ("POST /api/v1/cache/query HTTP/1.1\r\n", false),
            ("GET /v12/a HTTP/1.1\r\n", false), ("GET  /v1/models HTTP/1.1\r\n", false), ("/v1/models", false), ("garbage", false),
            ("", false),
            (String(repeating: "x", count: 30) + " /v1/models HTTP/1.1\r\n", false),
        ] as [(String, Bool)])
    func beginnings(text: String, asksGateway: Bool) {
        #expect(GatewayErrorBody.concerns(beginning: Array(text.utf8)) == asksGateway)
    }

    @Test("The answer has the form of what was asked, and says how long it is", arguments: [false, true])
    func forms(asksGateway: Bool) throws {
        let bytes = PlainRefusal.bytes(
            status: "408 Request Timeout", code: "request_timeout", message: "Too slow.", now: Timestamp(milliseconds: 0),
            asksGateway: asksGateway)
        let end = try #require(bytes.firstRange(of: Array("\r\n\r\n".utf8)))
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let body = bytes[end.upperBound...]
        #expect(head.hasPrefix("HTTP/1.1 408 Request Timeout\r\n") && head.contains("\r\nContent-Length: \(body.count)\r\n"))
        let tree = try #require(JSONTree(body))
        if asksGateway {
            let error = try #require(tree["error"])
            #expect(error["code"]?.string == "request_timeout" && error["message"]?.string == "Too slow.")
            #expect(error["type"]?.string == "invalid_request_error" && error.has("param"))
        } else {
            #expect(tree["error"]?.string == "request_timeout" && tree["message"]?.string == "Too slow." && tree.has("timestamp"))
        }
    }
}
