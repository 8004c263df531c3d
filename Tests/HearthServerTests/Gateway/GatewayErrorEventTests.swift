import HearthUpstream
import Testing

@testable import HearthServer

@Suite("The event that ends a stream which broke off")
struct GatewayErrorEventTests {
    private static func refused(_ status: Int, _ body: String, kind: UpstreamError.Kind? = nil) -> UpstreamError {
        var error = UpstreamError(
            kind: kind ?? (status < 500 ? .clientError(status: status) : .serverError(status: status)), message: "The call failed.")
        error.refusal = ProviderRefusal(status: status, body: Array(body.utf8))
        return error
    }

    @Test(
        "The provider's words stand on one line, whatever form they came in, since a line break ends what clients read",
        arguments: [400, 503])
    func lineBreaks(status: Int) throws {
        let body =
            "{\n  \"error\": {\r\n    \"message\": \"Too\\nlong.\",\n    \"type\": \"invalid_request_error\",\n    \"code\": null\n  }\n}\n"
        let event = Self.refused(status, body).event
        #expect(!event.contains(0x0a) && !event.contains(0x0d))
        #expect(JSONTree(event) == JSONTree(body.utf8))
    }

    @Test("An error that is a text is passed on")
    func text() {
        #expect(String(decoding: Self.refused(500, #"{"error": "out of memory"}"#).event, as: UTF8.self) == #"{"error":"out of memory"}"#)
    }

    @Test(
        "Words that clients would take for a piece of the answer give way to an error in the provider's form",
        arguments: [
            #"{"detail":"Not like this."}"#, #"{"error":null}"#, #"{"error":{}}"#, #"{"error":""}"#, #"{"error":1}"#, "[]", "broken",
        ])
    func otherForms(body: String) throws {
        let event = try #require(JSONTree(Self.refused(422, body).event))
        #expect(event.members?.map(\.name) == ["error"])
        #expect(event["error"]?["message"]?.string?.contains("422") == true)
        #expect(event["error"]?["type"]?.string == "invalid_request_error")
    }

    @Test("What is said about a refused key and of a redirection is not passed on")
    func withheld() throws {
        let words = #"{"error":{"message":"Incorrect API key: sk-12**34"}}"#
        for error in [Self.refused(401, words, kind: .auth), Self.refused(307, words)] {
            let event = try #require(JSONTree(error.event))
            #expect(event["error"]?["code"]?.string == "upstream_failed")
            #expect(!String(decoding: error.event, as: UTF8.self).contains("sk-12"))
        }
    }
}
