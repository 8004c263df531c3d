import HTTPTypes
import HearthUpstream
import Testing

@testable import HearthServer

@Suite("Wishes of the gateway's callers")
struct GatewayControlsTests {
    private static func headers(_ name: String, _ value: String) -> HTTPFields {
        var fields = HTTPFields()
        if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        return fields
    }

    @Test(
        "An invalid value is a 400 in the provider's form that names the header",
        arguments: [
            ("Cache-Control", "max-age=soon"), ("X-Hearth-Category", "shoes"), ("X-Hearth-Category", "Hours"), ("X-Hearth-Language", "fr"),
            ("X-Hearth-TTL", "1.5"), ("X-Hearth-TTL", ""), ("X-Hearth-Tags", String(repeating: "x", count: 300)),
            ("X-Hearth-Match", "roughly"), ("X-Hearth-Tags", "winter sale"), ("X-Hearth-Tags", "gloves, winter\tsale"),
            ("X-Hearth-Tags", Array(repeating: "a", count: 40).joined(separator: ",")),
        ])
    func invalidHeaders(name: String, value: String) throws {
        let error = #expect(throws: APIError.self) { _ = try GatewayControls(headers: Self.headers(name, value)) }
        let failure = try #require(error)
        #expect(failure.status == .badRequest && failure.shouldRetry == "false")
        let body = try #require(JSONTree(GatewayErrorBody(failure).json))
        #expect(body["error"]?["param"]?.string == name && body["error"]?["code"]?.string == "invalid_header")
        #expect(body["error"]?["type"]?.string == "invalid_request_error")
    }

    @Test(
        "So is one of LiteLLM's object, which names the member",
        arguments: [
            (#"{"no-cache":1}"#, "cache.no-cache"), (#"{"no-store":"yes"}"#, "cache.no-store"), (#"{"ttl":"60"}"#, "cache.ttl"),
            (#"{"s-maxage":-1}"#, "cache.s-maxage"), (#"{"namespace":""}"#, "cache.namespace"), (#"{"namespace":7}"#, "cache.namespace"),
            (#"{"namespace":"\#(String(repeating: "n", count: 257))"}"#, "cache.namespace"), (#"{"use-cache":"yes"}"#, "cache.use-cache"),
            (#"{"surprise":1}"#, "cache.surprise"), ("true", "cache"),
        ])
    func invalidMembers(object: String, field: String) throws {
        let tree = try #require(JSONTree(object.utf8))
        let error = #expect(throws: APIError.self) {
            var controls = try GatewayControls(headers: [:])
            try controls.add(tree)
        }
        #expect(error?.details.first?.field == field && error?.code == .invalidRequest)
    }

    @Test(
        "A lifetime is brought into its bounds",
        arguments: [("0", 1), ("-5", 1), ("60", 60), ("999999999999", 366 * 86_400)] as [(String, Int64)])
    func lifetimes(text: String, seconds: Int64) throws {
        #expect(try GatewayControls(headers: Self.headers("X-Hearth-TTL", text)).timeToLive == .seconds(seconds))
        var controls = try GatewayControls(headers: [:])
        try controls.add(.object([.init("ttl", .number(text))]))
        #expect(controls.timeToLive == .seconds(seconds))
    }

    @Test(
        "White space around a tag is no part of it",
        arguments: ["winter,gloves", "winter, gloves", " winter\t, \tgloves "])
    func tags(value: String) throws {
        #expect(try GatewayControls(headers: Self.headers("X-Hearth-Tags", value)).tags == ["winter", "gloves"])
    }

    @Test(
        "Who says that the cache is to be used says nothing new; who says that it is not wants nothing kept",
        arguments: [
            (#"{"use-cache":true}"#, false), (#"{"use-cache":false}"#, true), (#"{"no-store":true,"use-cache":true}"#, true),
        ])
    func useCache(object: String, noStore: Bool) throws {
        var controls = try GatewayControls(headers: [:])
        try controls.add(try #require(JSONTree(object.utf8)))
        var control = RequestCacheControl()
        control.noStore = noStore
        #expect(controls.cacheControl == control)
    }

    @Test("LiteLLM's object means the same as the headers")
    func sameMeaning() throws {
        var controls = try GatewayControls(headers: [:])
        try controls.add(try #require(JSONTree(#"{"no-cache":true,"no-store":false,"s-maxage":60,"ttl":5}"#.utf8)))
        let headers = try GatewayControls(headers: Self.headers("Cache-Control", "no-cache, max-age=60"))
        #expect(controls.cacheControl == headers.cacheControl)
    }
}
