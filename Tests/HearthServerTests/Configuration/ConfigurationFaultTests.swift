import HearthServer
import Testing

@Suite("Configuration: every fault at once, each with what to do")
struct ConfigurationFaultTests {
    @Test("Three faults of a file are one message with a line for each")
    func wholeMessage() throws {
        let file = """
            listener:
              prot: 8080
            redis:
              poolMin: many
            cache:
              minimumConfidence: 7
            """
        let error = #expect(throws: ConfigurationError.self) { _ = try load(file: file) }
        let message = """
            hearth.yaml has 3 faults:
              hearth.yaml:2  listener.prot: is not a known key; did you mean listener.port?
              hearth.yaml:4  redis.poolMin: "many" is not allowed; allowed: a whole number from 1 to 1000
              hearth.yaml:6  cache.minimumConfidence: "7" is not allowed; allowed: a number from 0 to 1
            """
        #expect(error?.description == message)
        #expect(ConfigurationError.exitStatus == 2)
    }

    @Test(
        "Each fault of a file is named with its line",
        arguments: [
            ("port: 1", "hearth.yaml:1  port: is not a known key; did you mean listener.port?"),
            ("lisener:\n  port: 1", "hearth.yaml:1  lisener: is not a known key; did you mean listener?"),
            (
                "jobs:\n  prune-cash:\n    enabled: false",
                "hearth.yaml:2  jobs.prune-cash: is not a known key; did you mean jobs.prune-cache?"
            ),
            ("redis: localhost", "hearth.yaml:1  redis: is a section; its keys stand below it, such as redis.url"),
            (
                "listener:\n  port:\n    tcp: 1",
                "hearth.yaml:2  listener.port: is one value, not a section; allowed: a whole number from 0 to 65535"
            ),
            (
                "listener:\n  port: [1, 2]",
                "hearth.yaml:2  listener.port: is one value, not a list; allowed: a whole number from 0 to 65535"
            ),
            ("log:\n  format: jsno", "hearth.yaml:2  log.format: \"jsno\" is not allowed; allowed: json, text or auto; did you mean json?"),
            (
                "profile: prodution",
                "hearth.yaml:1  profile: \"prodution\" is not allowed; allowed: development, staging or production; did you mean production?"
            ),
            (
                "cache:\n  lookupDeadline: 50",
                "hearth.yaml:2  cache.lookupDeadline: \"50\" is not allowed; allowed: a duration such as 200ms, 30s, 15m, 2h or 7d, from 1ms to 10s"
            ),
            (
                "cache:\n  memoryBytes: 64 MX",
                "hearth.yaml:2  cache.memoryBytes: \"64 MX\" is not allowed; allowed: a size such as 64MiB, 100MB or 1000, from 0 to 64GiB"
            ),
            (
                "costs:\n  perRequest: -1",
                "hearth.yaml:2  costs.perRequest: \"-1\" is not allowed; allowed: an amount in US dollars with up to six decimals, such as 0.002"
            ),
            (
                "redis:\n  url: http://host",
                "hearth.yaml:2  redis.url: \"http://host\" is not allowed; allowed: an address such as redis://user:password@host:6379/0, "
                    + "redis+cluster://host:port,host:port or redis+sentinel://host:port/NAME/0"
            ),
            ("redis:\n  poolMin: 60", "hearth.yaml:2  redis.poolMin: \"60\" is more than redis.poolMax, which is 50"),
            (
                "listener:\n  adminPort: 4327",
                "hearth.yaml:2  listener.adminPort: \"4327\" is the same as listener.port; give administration one of its own"
            ),
            (
                "provider:\n  connectTimeout: 40s",
                "hearth.yaml:2  provider.connectTimeout: \"40s\" is more than provider.timeout, which is 30s"
            ),
            (
                "provider:\n  systemPromptFile: missing.txt",
                "hearth.yaml:2  provider.systemPromptFile: \"missing.txt\" there is no such file"
            ),
            ("- a\n- b", "hearth.yaml:1  (whole file): must consist of `key: value` lines"),
        ])
    func faultsOfFiles(text: String, line: String) throws {
        #expect(try faultLines(file: text) == [line])
    }

    @Test("Text that is not YAML is one fault with the line where reading ended")
    func syntax() throws {
        let lines = try faultLines(file: "listener:\n  port: 1\n bad: [1\n")
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("hearth.yaml:3  (syntax): is not YAML here: ") == true)
    }

    @Test("A key that is given twice is a fault, not a choice")
    func duplicates() throws {
        let lines = try faultLines(file: "listener:\n  port: 1\n  port: 2\n")
        #expect(lines.count == 1)
        #expect(lines.first?.contains("port: is given twice") == true)
    }

    @Test("Aliases that multiply end at the limit of values instead of filling the memory")
    func aliasBomb() throws {
        var text = "a0: &a0 {k: v}\n"
        for level in 1...40 { text += "a\(level): &a\(level) {x: *a\(level - 1), y: *a\(level - 1)}\n" }
        let lines = try faultLines(file: text)
        #expect(!lines.isEmpty)
        let nested = "listener: &a {port: 1}\njobs:\n" + (0..<6000).map { "  j\($0): *a\n" }.joined()
        #expect(try faultLines(file: nested).contains { $0.contains("has more than 5000 values") })
    }

    @Test("A file beyond a mebibyte is refused")
    func tooLarge() throws {
        let lines = try faultLines(file: String(repeating: "# comment\n", count: 110_000))
        #expect(lines == ["hearth.yaml  (whole file): cannot be used: it is larger than 1MiB"])
    }

    @Test("A file that --config names must be there")
    func missingFile() throws {
        let folder = try TemporaryFolder()
        let sources = ConfigurationSources(environment: [:], file: "absent.yaml", directory: folder.path)
        let error = #expect(throws: ConfigurationError.self) { _ = try ConfigurationLoader.load(from: sources, for: .show) }
        #expect(error?.description == "absent.yaml has 1 fault:\n  absent.yaml  (whole file): cannot be used: there is no such file")
    }

    @Test(
        "Variables that begin like ours are known or a fault with the nearest name",
        arguments: [
            ("HEARTH_PROT", "HEARTH_PROT: is not a known variable; did you mean HEARTH_PORT?"),
            ("HEARTH_LOGLEVEL", "HEARTH_LOGLEVEL: is not a known variable; did you mean HEARTH_LOG_LEVEL?"),
            ("HEARTH_ZZZZZZZZZZ", "HEARTH_ZZZZZZZZZZ: is not a known variable"),
        ])
    func unknownVariables(name: String, line: String) throws {
        #expect(try faultLines(environment: [name: "1"]) == [line])
    }

    @Test("Variables of others, of the command line and of Kubernetes are left alone")
    func foreignVariables() throws {
        let environment = [
            "PATH": "/bin", "HEARTH_URL": "http://x", "HEARTH_SERVICE_HOST": "10.0.0.1", "HEARTH_PORT_4327_TCP": "tcp://10.0.0.1:4327",
        ]
        #expect(try faultLines(environment: environment).isEmpty)
    }

    @Test("The port that Kubernetes sets for a service named hearth is explained")
    func kubernetesPort() throws {
        let lines = try faultLines(environment: ["HEARTH_PORT": "tcp://10.0.0.1:4327"])
        #expect(lines.count == 1)
        #expect(lines.first?.contains("enableServiceLinks: false") == true)
    }

    @Test("Faults of all places are listed together: file by line, variables, flags, what is missing")
    func allPlaces() throws {
        let lines = try faultLines(
            file: "log:\n  level: loud\nprofile: production\n", environment: ["HEARTH_PROT": "1", "REDIS_POOL_MAX": "x"],
            commandLine: ["listener.port": "99999"], for: .serve)
        #expect(
            lines == [
                "hearth.yaml:2  log.level: \"loud\" is not allowed; allowed: trace, debug, info, notice, warning, error or critical",
                "HEARTH_PROT: is not a known variable; did you mean HEARTH_PORT?",
                "REDIS_POOL_MAX  redis.poolMax: \"x\" is not allowed; allowed: a whole number from 1 to 1000",
                "--port  listener.port: \"99999\" is not allowed; allowed: a whole number from 0 to 65535",
                "provider.apiKey: https://api.openai.com/v1 needs a key: set OPENAI_API_KEY",
            ])
    }

    @Test("What the scheduler says about a job stands at the job's line")
    func jobProblems() throws {
        let file = "jobs:\n  prune-cache:\n    schedule: \"61 * * * *\"\n"
        let lines = try faultLines(file: file) { job in
            job.schedules.contains { $0.hasPrefix("61") }
                ? [JobProblem(field: "schedule", value: "61 * * * *", problem: "minutes end at 59")] : []
        }
        #expect(lines == ["hearth.yaml:3  jobs.prune-cache.schedule: \"61 * * * *\" minutes end at 59"])
    }

    @Test("Control characters of a value do not reach the terminal, and long values are cut")
    func hostileValues() throws {
        let lines = try faultLines(environment: ["HEARTH_PORT": "\u{1B}[2J" + String(repeating: "x", count: 500)])
        #expect(lines.count == 1)
        #expect(lines.first?.contains("\u{1B}") == false)
        #expect((lines.first?.count ?? 0) < 200)
    }
}
