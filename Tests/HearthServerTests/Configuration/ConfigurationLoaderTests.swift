import HearthDrivers
import HearthServer
import HearthTelemetry
import Testing

@Suite("Configuration: who wins, and what the defaults are")
struct ConfigurationLoaderTests {
    @Test("Without any source the documented defaults hold")
    func defaults() throws {
        let configuration = try load().configuration
        #expect(configuration.profile == .development)
        #expect(configuration.listener.host == "127.0.0.1")
        #expect(configuration.listener.port == 4327)
        #expect(configuration.listener.adminPort == nil)
        #expect(configuration.dataDirectory == "./var")
        #expect(configuration.redis.url == nil)
        #expect(configuration.redis.poolMinimum == 10)
        #expect(configuration.redis.poolMaximum == 50)
        #expect(configuration.provider.baseURL == "https://api.openai.com/v1")
        #expect(configuration.provider.model == "gpt-4o-mini")
        #expect(configuration.provider.timeout == .seconds(30))
        #expect(configuration.provider.concurrency == 64)
        #expect(!configuration.provider.systemPrompt.isEmpty)
        #expect(configuration.costs.perRequestMicroDollars == 2000)
        #expect(configuration.cache.minimumConfidence == 0.7)
        #expect(configuration.cache.memoryBytes == 64 << 20)
        #expect(configuration.cache.maximumBytes == 100_000_000)
        #expect(configuration.cache.lookupDeadline == .milliseconds(50))
        #expect(configuration.log.format == .auto)
        #expect(configuration.shutdownDrain == .seconds(25))
        #expect(configuration.listener.limits.bodyBytes == 262_144)
        #expect(configuration.listener.limits.queryCharacters == 500)
    }

    @Test("The day of the prices is a date of the calendar, in the file and in the environment")
    func pricesDate() throws {
        #expect(try load().configuration.costs.pricesDate == nil)
        #expect(try load(file: "costs:\n  pricesDate: 2026-11-01\n").configuration.costs.pricesDate == CivilDate("2026-11-01"))
        let leapDay = try load(environment: ["HEARTH_PRICES_DATE": "2028-02-29"]).configuration.costs.pricesDate
        #expect(leapDay?.description == "2028-02-29")
        for text in ["2026-02-29", "2026-11-01T00:00Z", "1 Nov 2026"] {
            let lines = try faultLines(environment: ["HEARTH_PRICES_DATE": text])
            #expect(lines.count == 1)
            #expect(lines.first?.contains("HEARTH_PRICES_DATE") == true && lines.first?.contains("a date such as 2026-11-01") == true)
        }
    }

    @Test(
        "Answers live as long as their category says, and only harmless ones may be stale",
        arguments: [
            (ResponseCategory.greeting, nil, Duration.zero, Duration.zero),
            (.pricing, .seconds(7 * 86_400), .zero, .zero),
            (.availability, .seconds(3600), .zero, .zero),
            (.services, .seconds(30 * 86_400), .seconds(3 * 86_400), .seconds(86_400)),
            (.hours, .seconds(7 * 86_400), .seconds(60_480), .seconds(86_400)),
            (.location, .seconds(30 * 86_400), .seconds(3 * 86_400), .seconds(86_400)),
            (.booking, .seconds(3600), .zero, .zero),
            (.general, .seconds(86_400), .seconds(8640), .seconds(86_400)),
        ] as [(ResponseCategory, Duration?, Duration, Duration)])
    func freshness(category: ResponseCategory, lifetime: Duration?, revalidate: Duration, error: Duration) throws {
        let freshness = try load().configuration.cache[category]
        #expect(freshness.lifetime == lifetime)
        #expect(freshness.staleWhileRevalidate == revalidate)
        #expect(freshness.staleIfError == error)
    }

    @Test(
        "Jobs run on their documented schedules",
        arguments: [
            ("aggregate-statistics", ["5 * * * *"]), ("prune-cache", ["0 3 * * *"]), ("warm-cache", ["@startup", "30 2 * * *"]),
            ("refresh-popular", ["*/10 * * * *"]), ("retain-statistics", ["30 3 * * *"]),
            ("refresh-token-keys", ["@startup", "*/5 * * * *"]),
            ("probe-stores", ["@every 15s"]),
        ])
    func jobs(name: String, schedules: [String]) throws {
        let job = try #require(try load().configuration.job(named: name))
        #expect(job.schedules == schedules)
        #expect(job.timezone == "UTC")
        #expect(job.overlap == .skip)
        #expect(job.isEnabled)
    }

    @Test("Each layer is stronger than the one before: default, profile, file, environment, command line")
    func precedence() throws {
        let file = "listener:\n  port: 2000\n"
        let environment = ["HEARTH_PORT": "3000"]
        #expect(try load(file: file).configuration.listener.port == 2000)
        #expect(try load(file: file, environment: environment).configuration.listener.port == 3000)
        let all = try load(file: file, environment: environment, commandLine: ["listener.port": "4000"])
        #expect(all.configuration.listener.port == 4000)
        let staging = try load(environment: ["HEARTH_PROFILE": "production", "HEARTH_API_KEYS": "0123456789abcdef"])
        #expect(!staging.configuration.storesQueries)
        let overridden = try load(
            file: "storeQueries: true", environment: ["HEARTH_PROFILE": "production", "HEARTH_API_KEYS": "0123456789abcdef"])
        #expect(overridden.configuration.storesQueries)
    }

    @Test("Every value knows where it was written")
    func origins() throws {
        let loaded = try load(
            file: "profile: production\n\nlistener:\n  port: 2000\n",
            environment: ["HEARTH_MODEL": "gpt-5", "HEARTH_API_KEYS": "0123456789abcdef"], commandLine: ["dataDirectory": "/tmp/x"])
        func origin(_ key: String) -> String? { loaded.settings.first { $0.setting.key == key }?.origin.description }
        #expect(origin("listener.port") == "hearth.yaml:4")
        #expect(origin("provider.model") == "HEARTH_MODEL")
        #expect(origin("dataDirectory") == "--data-dir")
        #expect(origin("storeQueries") == "profile production")
        #expect(origin("listener.host") == "default")
        #expect(loaded.file == "hearth.yaml")
    }

    @Test("Every setting of the catalogue is read, and each has a key and a variable of its own")
    func catalogueIsComplete() throws {
        let read = try load().settings.map(\.setting.key)
        #expect(read == SettingCatalogue.all.map(\.key))
        #expect(Set(read).count == read.count)
        #expect(Set(SettingCatalogue.variables).count == SettingCatalogue.variables.count)
    }

    @Test("Every default is a value that its setting accepts")
    func defaultsAreAllowed() {
        for setting in SettingCatalogue.all {
            for text in [setting.defaultText].compactMap(\.self) + Array(setting.profileDefaults.values) {
                #expect(setting.accepts(text), "\(setting.key): \(text)")
            }
        }
    }

    @Test("A list may be written as a YAML list or as one text")
    func lists() throws {
        let list = "jobs:\n  warm-cache:\n    schedule: [\"@startup\", \"0 4 * * *\"]\n"
        #expect(try load(file: list).configuration.job(named: "warm-cache")?.schedules == ["@startup", "0 4 * * *"])
        let text = "jobs:\n  warm-cache:\n    schedule: 15 4 * * *\n    catchUp: all:12\n    jitter: 1m30s\n    enabled: no\n"
        let job = try #require(try load(file: text).configuration.job(named: "warm-cache"))
        #expect(job.schedules == ["15 4 * * *"])
        #expect(job.catchUp == .all(maximum: 12))
        #expect(job.jitter == .seconds(90))
        #expect(!job.isEnabled)
    }

    @Test("A variable or key without a value leaves the weaker layer's value")
    func emptyIsUnset() throws {
        let loaded = try load(
            file: "listener:\n  host:\nredis:\n", environment: ["HEARTH_PORT": "", "OPENAI_API_KEY": ""])
        #expect(loaded.configuration.listener.host == "127.0.0.1")
        #expect(loaded.configuration.listener.port == 4327)
        #expect(loaded.configuration.provider.apiKey == nil)
    }

    @Test("An empty file, and one of comments, change nothing", arguments: ["", "\n\n", "# nothing\n", "---\n"])
    func emptyFile(text: String) throws {
        #expect(try load(file: text).configuration.listener.port == 4327)
    }

    @Test("The system prompt is the text of the named file")
    func systemPrompt() throws {
        let folder = try TemporaryFolder(files: ["prompt.txt": "Be brief.\n"])
        let sources = ConfigurationSources(environment: ["HEARTH_SYSTEM_PROMPT_FILE": "prompt.txt"], directory: folder.path)
        let loaded = try ConfigurationLoader.load(from: sources, for: .show)
        #expect(loaded.configuration.provider.systemPrompt == "Be brief.\n")
    }

    @Test("The name of a file given by --config is used in place of hearth.yaml")
    func namedFile() throws {
        let folder = try TemporaryFolder(files: ["hearth.yaml": "listener: {port: 1111}", "other.yaml": "listener: {port: 2222}"])
        let sources = ConfigurationSources(environment: [:], file: "other.yaml", directory: folder.path)
        #expect(try ConfigurationLoader.load(from: sources, for: .show).configuration.listener.port == 2222)
    }
}
