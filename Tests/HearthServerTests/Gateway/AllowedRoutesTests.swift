import HTTPTypes
import HearthDrivers
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("Addresses that are passed through untouched")
struct AllowedRoutesTests {
    private static let allowed = AllowedRoutes(
        routes: ["POST /v1/responses", "GET /v1/files/{id}", "POST /v1/images/*"].compactMap(AllowedRoutes.parse))

    @Test(
        "Those of the list",
        arguments: [
            ("POST", "/v1/responses"), ("GET", "/v1/files/file-1"), ("POST", "/v1/images/generations"), ("POST", "/v1/images/a/b"),
        ])
    func allowed(method: String, path: String) {
        #expect(Self.allowed.scope(method, path) == .query)
    }

    @Test(
        "Nothing else, and nothing that could be read as another address",
        arguments: [
            ("GET", "/v1/responses"), ("POST", "/v1/responses/1"), ("POST", "/v1/responses/"), ("POST", "/v1//responses"),
            ("GET", "/v1/files"), ("GET", "/v1/files/"), ("GET", "/v1/files/.."), ("GET", "/v1/files/%2e%2e"), ("GET", "/v1/files/a%2Fb"),
            ("GET", "/v1/files/a/content"), ("POST", "/v1/images"), ("POST", "/v1/images/../files"), ("POST", "/v1/images/./a"),
            ("POST", "/v1/images/a;b"), ("POST", "/v1/images/a\\b"), ("POST", "/v1/RESPONSES"), ("POST", "/v2/responses"),
            ("post", "/v1/responses"),
            ("DELETE", "/v1/files/file-1"),
        ])
    func refused(method: String, path: String) {
        #expect(Self.allowed.scope(method, path) == nil)
    }

    @Test(
        "What the list may not say",
        arguments: [
            "POST /responses", "POST", "/v1/responses", "TRACE /v1/a", "GET /v1/*", "GET /v1/a/*/b", "POST /v1/chat/completions",
            "GET /v1/models/{id}", "GET /v1/models/gpt-4o", "GET /v1/models", "POST /v1/embeddings", "GET /v1/a/", "GET /v1//a",
            "GET /v1/{}", "GET /v1/a b", "GET /v1/a scope=", "GET /v1/a scope=root",
            "GET /v1/a scope=admin x",
        ])
    func faulty(text: String) {
        #expect(AllowedRoutes.parse(text) == nil)
    }

    @Test(
        "What Hearth does not serve may be named, also at and below the addresses that it serves",
        arguments: [
            "GET /v1/chat/completions", "GET /v1/chat/completions/{id}", "DELETE /v1/chat/completions/{id}",
            "POST /v1/chat/completions/{id}",
            "DELETE /v1/models/{id}", "GET /v1/models/*", "GET /v1/models/{id}/permissions", "GET /v1/embeddings/{id}",
        ])
    func besideServed(text: String) throws {
        let route = try #require(AllowedRoutes.parse(text))
        #expect(route.text == text)
    }

    @Test("An address may need another scope than questions do")
    func scopes() throws {
        let route = try #require(AllowedRoutes.parse("GET /v1/files/{id} scope=admin"))
        #expect(AllowedRoutes(routes: [route]).scope("GET", "/v1/files/a") == .admin)
        #expect(AllowedRoutes.parse(route.text) == route)
    }

    @Test("What concerns one connection, and who asks, is not passed on")
    func headers() {
        var headers = HTTPFields()
        for (name, value) in [
            ("Authorization", "Bearer mine"), ("X-API-Key", "mine"), ("Cookie", "a=b"), ("Connection", "close, X-Secret"),
            ("X-Secret", "1"),
            ("X-Forwarded-For", "10.0.0.1"), ("OpenAI-Beta", "assistants=v2"), ("X-Hearth-TTL", "5"), ("Content-Type", "application/json"),
            ("TE", "trailers"),
        ] {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        #expect(PassThrough.forwarded(headers).map(\.name) == ["OpenAI-Beta", "Content-Type"])
        let returned = PassThrough.returned([
            ("content-type", "text/plain"), ("set-cookie", "a=b"), ("connection", "x-hop"), ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("openai-version", "2020"), ("content-length", "3"),
        ])
        #expect(returned.map(\.name.canonicalName) == ["content-type", "openai-version", "content-length"])
    }
}
