package import HearthDrivers
package import HearthStatistics
package import HearthTelemetry

extension HearthConfiguration {
    /// Who answers what is not kept, and within which limits.
    package struct Provider: Sendable {
        /// The address before `/chat/completions`, without a slash at its end.
        package var baseURL: String
        package var apiKey: Secret?
        package var model: String
        /// The text of the configured file, or the built-in neutral one.
        package var systemPrompt: String
        /// For a whole call: waiting for a slot, attempts and the pauses between them.
        package var timeout: Duration
        package var connectTimeout: Duration
        /// For a streamed answer, to its last byte.
        package var streamTimeout: Duration
        /// How long a streamed answer may be silent.
        package var streamIdleTimeout: Duration
        package var concurrency: Int
        package var queueLength: Int
        package var queueWait: Duration
        package var maximumResponseBytes: Int
        /// Whether the built-in simulator answers in place of a provider.
        package var isSimulated: Bool

        init(reading reader: inout SettingReader) {
            let address = reader.value(ProviderSettings.baseURL)
            baseURL = address.hasSuffix("/") ? String(address.dropLast()) : address
            apiKey = reader.value(ProviderSettings.apiKey)
            model = reader.value(ProviderSettings.model)
            systemPrompt = reader.contents(of: ProviderSettings.systemPromptFile, limit: 64 << 10) ?? ProviderSettings.neutralPrompt
            timeout = reader.value(ProviderSettings.timeout)
            connectTimeout = reader.value(ProviderSettings.connectTimeout)
            streamTimeout = reader.value(ProviderSettings.streamTimeout)
            streamIdleTimeout = reader.value(ProviderSettings.streamIdleTimeout)
            concurrency = reader.value(ProviderSettings.concurrency)
            queueLength = reader.value(ProviderSettings.queueLength)
            queueWait = reader.value(ProviderSettings.queueWait)
            maximumResponseBytes = reader.value(ProviderSettings.maximumResponseBytes)
            isSimulated = reader.value(ProviderSettings.simulate)
        }
    }

    /// What answers cost where no token prices are configured.
    package struct Costs: Sendable {
        /// Millionths of a US dollar for each call to the provider.
        package var perRequestMicroDollars: Int64
        /// What tokens cost, by model.
        package var tokenPrices: [String: Pricing.TokenPrices]
        /// The day that the prices are of; it changes no amount.
        package var pricesDate: CivilDate?

        init(reading reader: inout SettingReader) {
            perRequestMicroDollars = reader.value(ProviderSettings.costPerRequest)
            tokenPrices = reader.value(ProviderSettings.tokenPrices)
            pricesDate = reader.value(ProviderSettings.pricesDate)
        }
    }
}

enum ProviderSettings {
    static let neutralPrompt = """
        You answer questions of customers briefly, truthfully and politely, in the language of the question. \
        If you do not know the answer, say so.
        """

    static let baseURL = Setting<String>.url(
        SettingPlace("provider.baseURL", variable: "OPENAI_BASE_URL"), "https://api.openai.com/v1", schemes: ["https", "http"],
        example: "https://api.openai.com/v1", "Address of an OpenAI-compatible provider")
    static let apiKey = Setting<Secret?>.secret(
        SettingPlace("provider.apiKey", variable: "OPENAI_API_KEY"), allowed: "the provider's key", "Key for the provider")
    static let model = Setting<String>.text(SettingPlace("provider.model", variable: "HEARTH_MODEL"), "gpt-4o-mini", "Model to ask")
    static let systemPromptFile = Setting<String?>.optionalText(
        SettingPlace("provider.systemPromptFile", variable: "HEARTH_SYSTEM_PROMPT_FILE"), allowed: "the path of a text file",
        "System prompt for `/cache/query`; unset: a neutral one")
    static let timeout = Setting<Duration>.duration(
        SettingPlace("provider.timeout", variable: "HEARTH_UPSTREAM_TIMEOUT"), .seconds(30), in: .milliseconds(100) ... .seconds(600),
        "Time for a whole call to the provider")
    static let connectTimeout = Setting<Duration>.duration(
        SettingPlace("provider.connectTimeout", variable: "HEARTH_UPSTREAM_CONNECT_TIMEOUT"), .seconds(5),
        in: .milliseconds(10) ... .seconds(60), "Time to connect to the provider")
    static let streamTimeout = Setting<Duration>.duration(
        "provider.streamTimeout", .seconds(600), in: .seconds(1) ... .seconds(3600),
        "Time for a whole streamed answer of the provider")
    static let streamIdleTimeout = Setting<Duration>.duration(
        "provider.streamIdleTimeout", .seconds(60), in: .milliseconds(100) ... .seconds(600),
        "How long a streamed answer may be silent")
    static let concurrency = Setting<Int>.integer(
        SettingPlace("provider.concurrency", variable: "HEARTH_UPSTREAM_CONCURRENCY"), 64, in: 1...10_000,
        "Calls to the provider at a time")
    static let queueLength = Setting<Int>.integer("provider.queueLength", 256, in: 0...100_000, "Calls that may wait for their turn")
    static let queueWait = Setting<Duration>.duration(
        "provider.queueWait", .seconds(5), in: .zero ... .seconds(600), "How long a call may wait for its turn")
    static let maximumResponseBytes = Setting<Int>.bytes(
        "provider.maximumResponseBytes", 4 << 20, in: 1024...(256 << 20), "Size of one answer of the provider")
    static let simulate = Setting<Bool>.boolean(
        SettingPlace("provider.simulate", variable: "HEARTH_SIMULATE_PROVIDER", flag: "--simulate-provider"), false,
        "Whether the built-in simulator answers in place of a provider")
    static let costPerRequest = Setting<Int64>.microDollars(
        SettingPlace("costs.perRequest", variable: "HEARTH_COST_PER_REQUEST"), 2000,
        "US dollars per call, where no token prices are configured")
    static let tokenPrices = Setting<[String: Pricing.TokenPrices]>(
        SettingPlace("costs.tokenPrices", variable: "HEARTH_TOKEN_PRICES"), default: [:],
        allowed:
            "models with US dollars per million tokens of input, output and, if it differs, cached input, such as gpt-4o-mini=0.15/0.6/0.075",
        isList: true, meaning: "What tokens cost, by model; unset: each call costs costs.perRequest",
        read: TokenPriceList.parse, write: TokenPriceList.write)
    static let pricesDate = Setting<CivilDate?>.date(
        SettingPlace("costs.pricesDate", variable: "HEARTH_PRICES_DATE"), "Day that the prices are of, for the page's savings and report")

    static let all = [
        baseURL.description, apiKey.description, model.description, systemPromptFile.description, timeout.description,
        connectTimeout.description, streamTimeout.description, streamIdleTimeout.description, concurrency.description,
        queueLength.description, queueWait.description,
        maximumResponseBytes.description, simulate.description, costPerRequest.description,
        tokenPrices.description, pricesDate.description,
    ]
}
