import HearthDrivers
import Testing

@testable import HearthServer

@Suite("The gateway's lists in the configuration")
struct GatewayListsTests {
    @Test("Providers, with a time limit where they have one")
    func providers() throws {
        let providers = try #require(GatewayLists.providers("eu=https://eu.example.com/v1/ timeout=20s; backup=http://127.0.0.1:9/v1"))
        #expect(
            providers == [
                .init(name: "eu", baseURL: "https://eu.example.com/v1", timeout: .seconds(20)),
                .init(name: "backup", baseURL: "http://127.0.0.1:9/v1"),
            ])
    }

    @Test(
        "Faulty ones",
        arguments: [
            "", "eu", "main=https://a", "openai=https://a", "simulator=https://a", "EU=https://a", "a=ftp://a", "a=https://a; a=https://b",
            "a=https://a timeout=soon",
            "a=https://a retries=3", "a=https://a; b=https://a; c=https://a; d=https://a",
        ])
    func faultyProviders(text: String) {
        #expect(GatewayLists.providers(text) == nil)
    }

    @Test("Routes are written as they are read")
    func routes() throws {
        let text = "*=backup; gpt-4o=main:3 eu, backup"
        let routes = try #require(GatewayLists.routes("gpt-4o = main:3 eu:1 , backup;*=backup"))
        #expect(routes["gpt-4o"] == [[.init(name: "main", weight: 3), .init(name: "eu", weight: 1)], [.init(name: "backup", weight: 1)]])
        #expect(GatewayLists.write(routes) == text)
    }

    @Test("Faulty routes", arguments: ["a", "a=", "a=main,", "a=main,main", "a=main:0", "a=main:x", "a=b; a=c", "a=main:1:2"])
    func faultyRoutes(text: String) {
        #expect(GatewayLists.routes(text) == nil)
    }

    @Test("A name may not stand for a name")
    func aliases() {
        #expect(GatewayLists.aliases("fast=gpt-4o-mini; best = gpt-4o") == ["fast": "gpt-4o-mini", "best": "gpt-4o"])
        #expect(GatewayLists.aliases("a=b; b=c") == nil)
        #expect(GatewayLists.aliases("a=a") == nil)
    }

    @Test("Keys are one a line, by name")
    func keys() {
        #expect(GatewayLists.keys("# two\neu=sk-1=\nbackup=sk-2")?.keys.sorted() == ["backup", "eu"])
        #expect(GatewayLists.keys("eu=sk-1=")?["eu"]?.reveal() == "sk-1=")
        #expect(GatewayLists.keys("sk-1") == nil)
        #expect(GatewayLists.keys("eu=a b") == nil)
    }

    @Test("A route to a provider that is not there is a fault of the configuration")
    func unknown() throws {
        let file = "gateway:\n  routes: \"gpt-4o=main, backup\"\n"
        let error = #expect(throws: ConfigurationError.self) { _ = try load(file: file) }
        #expect(
            error?.description.contains("gateway.routes: \"backup\" is no provider; known are main") == true, "\(error?.description ?? "")")
    }

    @Test(
        "So are a route under an alias, which is never looked for, and a provider without a route",
        arguments: [
            (#"{aliases: "fast=gpt-4o", routes: "fast=main"}"#, #"gateway.routes: "fast" is an alias, which is resolved first"#),
            (#"{providers: "eu=https://eu.example.com/v1"}"#, #"gateway.providers: "eu" is asked for no model"#),
        ])
    func unreachable(gateway: String, fault: String) {
        let error = #expect(throws: ConfigurationError.self) { _ = try load(file: "gateway: \(gateway)\n") }
        #expect(error?.description.contains(fault) == true, "\(error?.description ?? "")")
    }
}
