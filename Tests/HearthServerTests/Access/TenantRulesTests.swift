import HearthCache
import HearthTelemetry
import HearthTestKit
import NIOCore
import Testing

@testable import HearthServer

@Suite("What tenants have to do with each other")
struct TenantRulesTests {
    private static func rules(_ environment: [String: String] = [:], file: String = "") throws -> TenantRules {
        TenantRules(try load(file: file.isEmpty ? nil : file, environment: environment).configuration.tenants)
    }

    private static func caller(_ tenant: String, _ scopes: Set<Scope> = Set(Scope.allCases)) -> Caller {
        Caller(credential: "test", tenant: Tenant(tenant) ?? .standard, scopes: scopes)
    }

    private static func tenant(_ name: String) -> Tenant { Tenant(name) ?? .others }

    private static let sharing = """
        cache:
          sharedNamespaces: ["salons=acme globex", "chains=north"]
          sharedMinimumLatency: 40ms
          sharedJitter: 10ms
        """

    @Test("Without configuration every tenant has its own answers, and administrators of the default tenant act for all")
    func separate() throws {
        let rules = try Self.rules()
        #expect(rules.space(of: .standard) == .standard)
        #expect(rules.space(of: Self.tenant("acme")).name == "acme")
        #expect(rules.isOperator(Self.caller("default")) && !rules.isOperator(Self.caller("acme")))
        #expect(!rules.isOperator(Self.caller("default", [.stats, .query, .write, .metrics])))
        #expect(rules.isOperators(Self.caller("default", [.stats])))
        #expect(try rules.view(of: Self.caller("default"), named: nil) == nil)
        #expect(try rules.view(of: Self.caller("default", [.stats]), named: nil) == .standard)
        #expect(try rules.view(of: Self.caller("default"), named: "acme")?.name == "acme")
        #expect(throws: APIError.self) { try rules.view(of: Self.caller("default"), named: "Ac me") }
    }

    @Test("What others than operators name is not looked at", arguments: ["acme", "default", "*", "", "shared:salons", "no tenant"])
    func pretences(name: String) throws {
        let rules = try Self.rules()
        let globex = Self.tenant("globex")
        for caller in [Self.caller("globex"), Self.caller("globex", [.stats])] {
            #expect(try rules.subject(of: caller, named: name) == globex)
            #expect(try rules.view(of: caller, named: name) == globex)
            #expect(try rules.administered(by: caller, named: name) == AnswerSpace(globex))
        }
    }

    @Test("Another tenant may be the operator's, or none")
    func operators() throws {
        let other = try Self.rules(["HEARTH_OPERATOR_TENANT": "ops"])
        #expect(other.isOperator(Self.caller("ops")) && !other.isOperator(Self.caller("default")))
        let nobody = try Self.rules(["HEARTH_OPERATOR_TENANT": "none"])
        #expect(!nobody.isOperator(Self.caller("default")) && !nobody.isOperators(Self.caller("none")))
    }

    @Test("Tenants of a namespace share a space, which is nobody's to administer but the operator's")
    func shared() throws {
        let rules = try Self.rules(file: Self.sharing)
        let spaces = ["acme", "globex", "north", "default", "other"].map { rules.space(of: Self.tenant($0)).name }
        #expect(spaces == ["shared:salons", "shared:salons", "shared:chains", "default", "other"])
        #expect(throws: APIError.self) { try rules.administered(by: Self.caller("acme"), named: nil) }
        #expect(throws: APIError.self) { try rules.requireUnprotected(Self.caller("acme")) }
        #expect(throws: APIError.self) { try rules.view(of: Self.caller("acme"), named: nil) }
        #expect(try rules.administered(by: Self.caller("default"), named: "acme").name == "shared:salons")
        #expect(try rules.administered(by: Self.caller("other"), named: nil).name == "other")
        #expect(rules.protection(of: .standard) == nil && rules.protection(of: Self.tenant("acme")) != nil)
    }

    @Test("An answer leaves within the floor and the jitter after the request, however early it is there")
    func hold() async throws {
        let rules = try Self.rules(file: Self.sharing)
        let protection = try #require(rules.protection(of: Self.tenant("acme")))
        let time = SystemTimeSource()
        for early in [Duration.zero, .milliseconds(30)] {
            let started = time.uptime() - early
            await protection.hold(since: started, time)
            #expect(time.uptime() - started >= .milliseconds(40))
        }
        // The floor is long beside what a busy machine adds.
        let slow = try Self.rules(file: Self.sharing.replacing("40ms", with: "30s"))
        let longer = try #require(slow.protection(of: Self.tenant("acme")))
        let before = time.uptime()
        await longer.hold(since: before - .seconds(60), time)
        #expect(time.uptime() - before < .seconds(20), "one that is late is not held")
    }

    @Test(
        "Faulty namespaces are refused",
        arguments: [
            "salons", "=acme", "salons=", "salons=Acme", "a b=acme", "salons=acme acme", "salons=acme; chains=acme",
            "salons=acme; salons=north",
        ])
    func faults(text: String) {
        #expect(throws: ConfigurationError.self) { try Self.rules(file: "cache:\n  sharedNamespaces: \"\(text)\"\n") }
    }

    @Test("The same body of two tenants is two questions to the table of bodies")
    func bodies() throws {
        let table = BodyTable(capacity: 100)
        let body = ByteBuffer(string: #"{"query": "Do you sell gift cards?"}"#)
        let identifier = try Languages(
            configuration: load(environment: [:]).configuration, tenants: .separate, duration: Histogram(.fast),
            timeSource: SystemTimeSource()
        ).identifier
        let (acme, globex) = (Self.tenant("acme"), Self.tenant("globex"))
        for tenant in [acme, globex] {
            #expect(table.find(body, of: tenant) == nil)
            table.remember(
                body, of: tenant,
                .init(question: identifier.identify("Do you sell gift cards?", language: .en, by: tenant), query: "", customer: nil))
        }
        #expect(table.find(body, of: acme)?.question.key != table.find(body, of: globex)?.question.key)
        #expect(table.find(body, of: acme)?.question.tenant == acme && table.find(body, of: .standard) == nil)
        #expect(table.count == 2)
    }
}
