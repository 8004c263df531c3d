import Foundation
import HearthDrivers
import HearthServer
import HearthTelemetry
import Testing

@Suite("Configuration: secrets and the rules of production")
struct ConfigurationSafetyTests {
    private static let key = "0123456789abcdef-canary"

    @Test("A secret shows asterisks in every text that can be made of it")
    func masking() {
        let secret = Secret(Self.key)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), String(describing: [secret]), String(describing: Secret?.some(secret)), dumped,
        ] {
            #expect(!text.contains("canary"))
        }
        #expect(secret.reveal() == Self.key)
    }

    @Test("No secret appears in the listing, in the configuration's description or in a fault")
    func nothingLeaks() throws {
        let environment = [
            "OPENAI_API_KEY": Self.key, "REDIS_URL": "redis://me:\(Self.key)@host:6379/1",
            "DATABASE_URL": "postgres://me:\(Self.key)@host/db?password=\(Self.key)", "HEARTH_API_KEYS": "shop=\(Self.key)",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "https://me:\(Self.key)@collector:4318", "OTEL_EXPORTER_OTLP_HEADERS": "api-key=\(Self.key)",
        ]
        let loaded = try load(environment: environment)
        var text = loaded.settings.map(\.shown).joined(separator: "\n") + String(reflecting: loaded.configuration)
        dump(loaded.configuration, to: &text)
        #expect(!text.contains("canary"))
        #expect(loaded.settings.first { $0.setting.key == "redis.url" }?.shown == "redis://me:••••@host:6379/1")
        #expect(loaded.settings.first { $0.setting.key == "database.url" }?.shown == "postgres://me:••••@host/db?••••")
        let faulty = try faultLines(environment: [
            "REDIS_URL": "reds://me:\(Self.key)@host", "OPENAI_API_KEY": "\(Self.key)\n", "HEARTH_API_KEYS": "canary",
        ])
        #expect(faulty.count == 3)
        #expect(!faulty.joined().contains("canary"))
    }

    @Test("A secret may come from a file, without the line break at its end")
    func secretFile() throws {
        let folder = try TemporaryFolder(files: ["key": Self.key + "\n"])
        let environment = ["OPENAI_API_KEY_FILE": folder.path + "/key"]
        #expect(try load(environment: environment).configuration.provider.apiKey?.reveal() == Self.key)
        let file = "provider:\n  apiKeyFile: \(folder.path)/key\n"
        let loaded = try load(file: file)
        #expect(loaded.configuration.provider.apiKey?.reveal() == Self.key)
        #expect(loaded.settings.first { $0.setting.key == "provider.apiKey" }?.origin.description == "hearth.yaml:2")
    }

    @Test("A secret given both ways, from a missing file or from an empty one is a fault")
    func secretFileFaults() throws {
        let folder = try TemporaryFolder(files: ["key": Self.key, "empty": "\n"])
        let twice = try faultLines(environment: ["OPENAI_API_KEY": "k", "OPENAI_API_KEY_FILE": folder.path + "/key"])
        #expect(twice == ["OPENAI_API_KEY_FILE  provider.apiKeyFile: is given beside OPENAI_API_KEY; keep one of them"])
        let missing = try faultLines(environment: ["OPENAI_API_KEY_FILE": "/nowhere/key"])
        #expect(missing == ["OPENAI_API_KEY_FILE  provider.apiKeyFile: \"/nowhere/key\" cannot be used: there is no such file"])
        let empty = try faultLines(environment: ["OPENAI_API_KEY_FILE": folder.path + "/empty"])
        #expect(empty.first?.hasSuffix("cannot be used: it is empty") == true)
    }

    @Test("Production lists everything that makes it unsafe")
    func production() throws {
        let lines = try faultLines(
            environment: ["HEARTH_PROFILE": "production", "HEARTH_HOST": "0.0.0.0"], commandLine: ["provider.simulate": "true"], for: .serve
        )
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("HEARTH_HOST  listener.host: \"0.0.0.0\" can be reached from other machines without TLS"))
        #expect(lines[1].hasPrefix("--simulate-provider  provider.simulate: \"true\" production does not give invented answers"))
    }

    @Test(
        "Production accepts loopback, and other addresses behind a proxy",
        arguments: [("127.0.0.1", nil), ("::1", nil), ("localhost", nil), ("0.0.0.0", "true"), ("10.1.2.3", "yes")] as [(String, String?)])
    func productionAddresses(host: String, proxy: String?) throws {
        var environment = ["HEARTH_PROFILE": "production", "HEARTH_HOST": host, "HEARTH_API_KEYS": Self.key, "OPENAI_API_KEY": "k"]
        environment["HEARTH_BEHIND_PROXY"] = proxy
        #expect(try faultLines(environment: environment, for: .serve).isEmpty)
    }

    @Test("Hosts that only look like loopback are not", arguments: ["127.0.0.1.example.com", "127.1", "1270.0.0.1", "::", "0.0.0.0"])
    func foreignAddresses(host: String) throws {
        let environment = ["HEARTH_PROFILE": "production", "HEARTH_HOST": host, "HEARTH_API_KEYS": Self.key]
        #expect(try faultLines(environment: environment).count == 1)
    }

    @Test("Production refuses a secret file that every user can read")
    func readableSecret() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.key, to: "keys", permissions: 0o644)
        let environment = ["HEARTH_PROFILE": "production", "HEARTH_API_KEYS_FILE": folder.path + "/keys"]
        let lines = try faultLines(environment: environment)
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("can be read by every user of this machine: chmod o-r it") == true)
        try folder.write(Self.key, to: "keys", permissions: 0o600)
        #expect(try faultLines(environment: environment).isEmpty)
    }

    @Test("Serving needs a key for the default provider, a simulator, or a provider of one's own")
    func providerKey() throws {
        let missing = try faultLines(for: .serve)
        #expect(
            missing == [
                "provider.apiKey: https://api.openai.com/v1 needs a key: set OPENAI_API_KEY, or give --simulate-provider to try Hearth with invented answers"
            ])
        #expect(try faultLines(for: .show).isEmpty)
        #expect(try faultLines(environment: ["OPENAI_API_KEY": "k"], for: .serve).isEmpty)
        #expect(try faultLines(commandLine: ["provider.simulate": "true"], for: .serve).isEmpty)
        #expect(try faultLines(environment: ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1"], for: .serve).isEmpty)
    }

    @Test(
        "Lists of callers' keys are read with and without names",
        arguments: [
            ("0123456789abcdef", ["key-1"]), ("shop=0123456789abcdef,0123456789abcdeg", ["shop", "key-2"]),
            ("# ours\nshop=0123456789abcdef\n\nbot=0123456789abcdefgh==\n", ["shop", "bot"]), ("0123456789abcdef==", ["key-1"]),
        ])
    func credentials(text: String, names: [String]) throws {
        let keys = try load(environment: ["HEARTH_API_KEYS": text]).configuration.credentials.apiKeys
        #expect(keys.map(\.name) == names)
    }

    @Test("A key may name its tenant and its scopes")
    func tenantsAndScopes() throws {
        let text = "shop@acme:query+stats=0123456789abcdef,bot:metrics=0123456789abcdeg,own@acme=0123456789abcdeh,0123456789abcdei"
        let keys = try load(environment: ["HEARTH_API_KEYS": text]).configuration.credentials.apiKeys
        #expect(keys.map(\.name) == ["shop", "bot", "own", "key-4"])
        #expect(keys.map(\.tenant.name) == ["acme", "default", "acme", "default"])
        #expect(keys.map(\.scopes) == [[.query, .stats], [.metrics], Set(Scope.allCases), Set(Scope.allCases)])
    }

    @Test("Everything but development on this machine needs credentials before it starts")
    func openness() throws {
        let cases: [(environment: [String: String], reason: String?)] = [
            ([:], nil), (["HEARTH_HOST": "::1"], nil), (["HEARTH_HOST": "0.0.0.0"], "Listening on 0.0.0.0"),
            (["HEARTH_PROFILE": "staging"], "The profile staging"), (["HEARTH_PROFILE": "production"], "The profile production"),
            (["HEARTH_PROFILE": "production", "HEARTH_API_KEYS": Self.key], nil),
            (["HEARTH_HOST": "::", "HEARTH_API_KEYS": Self.key], nil),
        ]
        for (environment, reason) in cases {
            let configuration = try load(environment: environment).configuration
            do throws(StartupError) {
                try StartupChecks.checkCredentials(configuration, isOpen: configuration.credentials.apiKeys.isEmpty)
                #expect(reason == nil, "\(environment)")
            } catch {
                #expect(error.exitStatus == 2)
                #expect(reason.map { "\(error)".hasPrefix($0) } == true, "\(environment): \(error)")
                #expect(!"\(error)".contains("\n"))
            }
        }
    }

    @Test(
        "Keys that are too short, doubled or not printable are refused, and so are tenants and scopes that are none",
        arguments: [
            "short", "a=0123456789abcdef,a=0123456789abcdeg", "0123456789 abcdef", "a@=0123456789abcdef", "a@A=0123456789abcdef",
            "a:=0123456789abcdef", "a:query+=0123456789abcdef", "a:root=0123456789abcdef", "@acme=0123456789abcdef",
        ])
    func badCredentials(text: String) throws {
        #expect(try faultLines(environment: ["HEARTH_API_KEYS": text]).count == 1)
    }
}
