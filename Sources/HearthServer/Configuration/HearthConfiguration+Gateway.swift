package import HearthDrivers

extension HearthConfiguration {
    /// How requests below `/v1` are answered.
    package struct Gateway: Sendable {
        /// A provider beside the main one.
        package struct Provider: Sendable, Equatable {
            package var name: String
            /// The address before `/chat/completions`, without a slash at its end.
            package var baseURL: String
            /// For a whole call; nil is as for the main one.
            package var timeout: Duration?
        }

        package var providers: [Provider]
        /// By the provider's name.
        package var providerKeys: [String: Secret]
        /// By model; see ``ProviderChoice``.
        var routes: [String: ProviderChoice.Ranks]
        /// Names that callers may use, with the models that they stand for.
        package var aliases: [String: String]
        /// How long a provider may be silent before the next is asked as well; nil is never.
        package var hedgeAfter: Duration?
        /// How long a provider that asks for it is left alone at most.
        package var longestHold: Duration
        /// How long a refusal for a request's contents is remembered; nil is not at all.
        package var refusalLifetime: Duration?
        /// From which share of the usual length on a stream is fetched to its end although nobody reads it any more.
        package var finishShare: Double
        /// A stream that is silent for as long has a comment, so that nobody on the way takes it for dead.
        package var commentInterval: Duration
        /// Of one request; pictures and lists of texts are longer than questions.
        package var bodyBytes: Int
        var passThrough: AllowedRoutes

        init(reading reader: inout SettingReader) {
            providers = reader.value(GatewaySettings.providers)
            providerKeys = reader.value(GatewaySettings.providerKeys).flatMap { GatewayLists.keys($0.reveal()) } ?? [:]
            routes = reader.value(GatewaySettings.routes)
            aliases = reader.value(GatewaySettings.aliases)
            hedgeAfter = reader.value(GatewaySettings.hedgeAfter)
            longestHold = reader.value(GatewaySettings.longestHold)
            refusalLifetime = reader.value(GatewaySettings.refusalLifetime)
            finishShare = reader.value(GatewaySettings.finishShare)
            commentInterval = reader.value(GatewaySettings.commentInterval)
            bodyBytes = reader.value(GatewaySettings.bodyBytes)
            passThrough = AllowedRoutes(routes: reader.value(GatewaySettings.passThrough))
        }

        /// The model that a caller's name stands for.
        package func model(_ name: String) -> String { aliases[name] ?? name }
    }
}

enum GatewaySettings {
    static let providers = Setting<[HearthConfiguration.Gateway.Provider]>(
        SettingPlace("gateway.providers", variable: "HEARTH_GATEWAY_PROVIDERS"), default: [],
        allowed:
            "up to three providers as `name=address` or `name=address timeout=20s`, such as backup=https://eu.example.com/v1; the names main, openai and simulator are taken",
        isList: true, meaning: "Providers beside the main one, which is called `main`, for gateway.routes",
        read: GatewayLists.providers,
        write: {
            $0.isEmpty
                ? nil
                : $0.map { "\($0.name)=\($0.baseURL)" + ($0.timeout.map { " timeout=\(SettingText.write($0))" } ?? "") }.joined(
                    separator: "; ")
        })
    static let providerKeys = Setting<Secret?>.secret(
        SettingPlace("gateway.providerKeys", variable: "HEARTH_GATEWAY_PROVIDER_KEYS"),
        allowed: "`name=key`, one a line or separated by commas", accepts: { GatewayLists.keys($0) != nil },
        "Keys for the providers of gateway.providers")
    static let routes = Setting<[String: ProviderChoice.Ranks]>(
        SettingPlace("gateway.routes"), default: [:],
        allowed:
            "models with their providers, such as gpt-4o=main:3 eu:1, backup: one after the other by commas, at random by the weights between them; * is every other model",
        isList: true, meaning: "Which providers are asked for a model, in which order; unset: main", read: GatewayLists.routes,
        write: { $0.isEmpty ? nil : GatewayLists.write($0) })
    static let aliases = Setting<[String: String]>(
        SettingPlace("gateway.aliases"), default: [:], allowed: "names with the models that they stand for, such as fast=gpt-4o-mini",
        isList: true, meaning: "Names that callers may give in place of a model", read: GatewayLists.aliases,
        write: { $0.isEmpty ? nil : $0.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") })
    static let hedgeAfter = Setting<Duration?>.optionalDuration(
        "gateway.hedgeAfter", nil, unset: "never", in: .milliseconds(10) ... .seconds(60),
        "How long the first provider of a model may be silent before the next is asked as well; both may be paid for")
    static let longestHold = Setting<Duration>.duration(
        "gateway.longestHold", .seconds(120), in: .zero ... .seconds(120),
        "How long a provider that answers 429 or 5xx is not asked for that model at most; 0s: it is asked again at once")
    static let refusalLifetime = Setting<Duration?>.optionalDuration(
        "gateway.refusalLifetime", nil, unset: "never", in: .seconds(1) ... .seconds(60),
        "How long a refusal that depends on the request alone (400, 404, 413, 415, 422) is remembered")
    static let finishShare = Setting<Double>.share(
        "gateway.finishShare", 0.5,
        "From which share of the usual length on a streamed answer is fetched to its end and kept although its reader has left")
    static let commentInterval = Setting<Duration>.duration(
        "gateway.commentInterval", .seconds(15), in: .milliseconds(100) ... .seconds(60),
        "How often a stream whose provider is silent has a comment line, so that nothing on the way takes the connection for dead")
    static let bodyBytes = Setting<Int>.bytes(
        "gateway.bodyBytes", 4 << 20, in: 1024...(64 << 20), "Size of one request's body below /v1, pictures inside it included")
    static let passThrough = Setting<[AllowedRoutes.Route]>(
        SettingPlace("gateway.passThrough"), default: [],
        allowed:
            "up to fifty addresses such as POST /v1/responses, GET /v1/files/{id} scope=admin or POST /v1/images/*; the scope is query by default",
        isList: true,
        meaning:
            "Addresses below /v1 that are passed on to the main provider untouched, with Hearth's key; all callers share what they reach there",
        read: GatewayLists.allowed,
        write: { $0.isEmpty ? nil : $0.map(\.text).joined(separator: "; ") })

    static let all = [
        providers.description, providerKeys.description, routes.description, aliases.description, hedgeAfter.description,
        longestHold.description, refusalLifetime.description, finishShare.description, commentInterval.description,
        bodyBytes.description, passThrough.description,
    ]
}

/// The text forms of the gateway's lists; nil for anything that is not one.
enum GatewayLists {
    static let mainProvider = "main"
    /// Of the main provider, in routes and in metrics.
    private static let takenNames: Set<String> = [mainProvider, "openai", "simulator"]
    private static let maximumProviders = 3

    private static func parts(_ text: String) -> [String] {
        text.split(separator: ";").map { SettingText.trimmed($0) }.filter { !$0.isEmpty }
    }

    /// `name` and what stands behind the first `=`.
    private static func pair(_ text: some StringProtocol) -> (name: String, value: String)? {
        guard let separator = text.firstIndex(of: "=") else { return nil }
        let (name, value) = (SettingText.trimmed(text[..<separator]), SettingText.trimmed(text[text.index(after: separator)...]))
        return name.isEmpty || value.isEmpty ? nil : (name, value)
    }

    private static func isName(_ name: some StringProtocol) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    static func providers(_ text: String) -> [HearthConfiguration.Gateway.Provider]? {
        var providers: [HearthConfiguration.Gateway.Provider] = []
        for part in parts(text) {
            guard let (name, rest) = pair(part), isName(name), !takenNames.contains(name), !providers.contains(where: { $0.name == name }),
                providers.count < maximumProviders
            else { return nil }
            let words = rest.split(separator: " ")
            let address = words[0].hasSuffix("/") ? String(words[0].dropLast()) : String(words[0])
            guard let url = ServiceURL(address), ["http", "https"].contains(url.scheme) else { return nil }
            var provider = HearthConfiguration.Gateway.Provider(name: name, baseURL: address)
            for word in words.dropFirst() {
                guard let (option, value) = pair(word), option == "timeout", let timeout = SettingText.duration(value),
                    (.milliseconds(100) ... .seconds(600)).contains(timeout)
                else { return nil }
                provider.timeout = timeout
            }
            providers.append(provider)
        }
        return providers.isEmpty ? nil : providers
    }

    static func keys(_ text: String) -> [String: Secret]? {
        var keys: [String: Secret] = [:]
        for line in text.split(whereSeparator: { $0 == "," || $0 == ";" || $0.isNewline }) {
            let item = SettingText.trimmed(line)
            if item.isEmpty || item.hasPrefix("#") { continue }
            guard let (name, key) = pair(item), isName(name), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), keys[name] == nil
            else { return nil }
            keys[name] = Secret(key)
        }
        return keys.isEmpty ? nil : keys
    }

    static func routes(_ text: String) -> [String: ProviderChoice.Ranks]? {
        var routes: [String: ProviderChoice.Ranks] = [:]
        for part in parts(text) {
            guard let (model, value) = pair(part), routes[model] == nil, routes.count < 100 else { return nil }
            var names: Set<String> = []
            var ranks: ProviderChoice.Ranks = []
            for rank in value.split(separator: ",", omittingEmptySubsequences: false) {
                var members: [ProviderChoice.Member] = []
                for word in rank.split(separator: " ") {
                    let halves = word.split(separator: ":", omittingEmptySubsequences: false)
                    let weight = halves.count == 2 ? Int(halves[1]) : halves.count == 1 ? 1 : nil
                    guard let weight, (1...1000).contains(weight), isName(halves[0]), names.insert(String(halves[0])).inserted
                    else { return nil }
                    members.append(.init(name: String(halves[0]), weight: weight))
                }
                if members.isEmpty { return nil }
                ranks.append(members)
            }
            routes[model] = ranks
        }
        return routes.isEmpty ? nil : routes
    }

    static func write(_ routes: [String: ProviderChoice.Ranks]) -> String {
        routes.sorted { $0.key < $1.key }.map { model, ranks in
            let text = ranks.map { $0.map { $0.weight == 1 ? $0.name : "\($0.name):\($0.weight)" }.joined(separator: " ") }
            return "\(model)=\(text.joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    static func aliases(_ text: String) -> [String: String]? {
        var aliases: [String: String] = [:]
        for part in parts(text) {
            guard let (name, model) = pair(part), aliases[name] == nil, aliases.count < 100 else { return nil }
            aliases[name] = model
        }
        // A name that stands for a name would have to be followed, and could lead in a circle.
        return aliases.isEmpty || aliases.values.contains { aliases[$0] != nil } ? nil : aliases
    }

    static func allowed(_ text: String) -> [AllowedRoutes.Route]? {
        let given = parts(text)
        let routes = given.compactMap(AllowedRoutes.parse)
        return routes.count == given.count && (1...50).contains(routes.count) ? routes : nil
    }
}
