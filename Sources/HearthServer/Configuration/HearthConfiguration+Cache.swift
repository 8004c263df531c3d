package import HearthTelemetry

extension HearthConfiguration {
    /// What is kept, for how long, and how much of it.
    package struct Cache: Sendable {
        /// Put before every key in a shared store.
        package var namespace: String
        /// Taken for questions that name no language and could be of several.
        package var defaultLanguage: Language
        /// Answers with less are given, but not kept.
        package var minimumConfidence: Double
        /// The budget of the memory tier.
        package var memoryBytes: Int
        /// The budget of all entries in the durable store.
        package var maximumBytes: Int
        package var maximumAnswerBytes: Int
        /// Writes that may wait for the durable store; the oldest is dropped when it is full.
        package var writeQueueLength: Int
        /// Calls to the provider that `refresh-popular` makes within an hour.
        package var refreshCallsPerHour: Int
        /// Calls to the provider that warming makes within an hour.
        package var warmCallsPerHour: Int
        /// Request bodies whose question is remembered, so that they need not be read again.
        package var rememberedBodies: Int
        /// Keys of the embedded store that are known, so that a question which was never asked needs no look-up.
        package var knownKeys: Int
        /// How long a look-up may wait for the durable store.
        package var lookupDeadline: Duration
        /// Lifetimes differ by up to this share in both directions, so that entries do not expire together.
        package var jitterShare: Double
        /// One entry for each category, in the order of ``ResponseCategory/allCases``.
        package var freshness: [Freshness]

        package subscript(category: ResponseCategory) -> Freshness { freshness[category.index] }

        init(reading reader: inout SettingReader) {
            namespace = reader.value(CacheSettings.namespace)
            defaultLanguage = reader.value(CacheSettings.defaultLanguage)
            minimumConfidence = reader.value(CacheSettings.minimumConfidence)
            memoryBytes = reader.value(CacheSettings.memoryBytes)
            maximumBytes = reader.value(CacheSettings.maximumBytes)
            maximumAnswerBytes = reader.value(CacheSettings.maximumAnswerBytes)
            writeQueueLength = reader.value(CacheSettings.writeQueueLength)
            refreshCallsPerHour = reader.value(CacheSettings.refreshCallsPerHour)
            warmCallsPerHour = reader.value(CacheSettings.warmCallsPerHour)
            rememberedBodies = reader.value(CacheSettings.rememberedBodies)
            knownKeys = reader.value(CacheSettings.knownKeys)
            lookupDeadline = reader.value(CacheSettings.lookupDeadline)
            jitterShare = reader.value(CacheSettings.jitterShare)
            freshness = ResponseCategory.allCases.map { Freshness(reading: &reader, category: $0) }
        }
    }

    /// How long the answers of one category are good.
    package struct Freshness: Sendable {
        /// From the moment of storing; nil: for ever.
        package var lifetime: Duration?
        /// How long an expired answer is still given at once while a new one is fetched.
        package var staleWhileRevalidate: Duration
        /// How long an expired answer is still given when the provider fails.
        package var staleIfError: Duration

        init(reading reader: inout SettingReader, category: ResponseCategory) {
            lifetime = reader.value(CacheSettings.lifetime(of: category))
            let share = reader.value(CacheSettings.revalidateShare(of: category))
            staleWhileRevalidate = .milliseconds(Int64(Double((lifetime ?? .zero).wholeMilliseconds) * share))
            staleIfError = reader.value(CacheSettings.staleIfError(of: category))
        }
    }
}

enum CacheSettings {
    static let namespace = Setting<String>.text(
        SettingPlace("cache.namespace", variable: "HEARTH_CACHE_NAMESPACE"), "hearth", "Put before every key in a shared store")
    static let defaultLanguage = Setting<Language>.choice(
        SettingPlace("cache.defaultLanguage", variable: "HEARTH_DEFAULT_LANGUAGE"), .en,
        "Language of questions that name none and could be of several")
    static let minimumConfidence = Setting<Double>.share(
        SettingPlace("cache.minimumConfidence", variable: "HEARTH_MIN_CONFIDENCE"), 0.7, "Answers with less confidence are not kept")
    static let memoryBytes = Setting<Int>.bytes(
        SettingPlace("cache.memoryBytes", variable: "HEARTH_CACHE_MEMORY_BYTES"), 64 << 20, in: 0...(64 << 30),
        "Answers kept in memory; 0 keeps none")
    static let maximumBytes = Setting<Int>.bytes(
        SettingPlace("cache.maximumBytes", variable: "HEARTH_CACHE_MAX_BYTES"), 100_000_000, in: 1_000_000...(1 << 40),
        "Answers kept in all")
    static let maximumAnswerBytes = Setting<Int>.bytes("cache.maximumAnswerBytes", 64 << 10, in: 256...(4 << 20), "Size of one kept answer")
    static let refreshCallsPerHour = Setting<Int>.integer(
        "cache.refreshCallsPerHour", 120, in: 0...100_000, "Calls to the provider that refresh-popular makes within an hour")
    static let warmCallsPerHour = Setting<Int>.integer(
        "cache.warmCallsPerHour", 2000, in: 0...1_000_000, "Calls to the provider that warming makes within an hour")
    static let rememberedBodies = Setting<Int>.integer(
        "cache.rememberedBodies", 32_768, in: 64...10_000_000,
        "Request bodies of up to 2 KiB whose question is remembered, so that they need not be read again")
    static let knownKeys = Setting<Int>.integer(
        "cache.knownKeys", 1_000_000, in: 0...20_000_000,
        "Keys of the embedded store that are known at most, 21 bytes each, so that a question which was never asked needs no look-up; "
            + "with more of them in the store, none is")
    static let writeQueueLength = Setting<Int>.integer(
        "cache.writeQueueLength", 4096, in: 1...1_000_000, "Writes that may wait for the store; beyond it the oldest is dropped")
    static let lookupDeadline = Setting<Duration>.duration(
        "cache.lookupDeadline", .milliseconds(50), in: .milliseconds(1) ... .seconds(10), "How long a look-up may wait for the store")
    static let jitterShare = Setting<Double>.share(
        "cache.jitterShare", 0.05, "Share by which lifetimes differ in both directions, so that entries do not expire together")

    private static let lifetimes = ResponseCategory.allCases.map { category in
        Setting<Duration?>.lifetime(
            SettingPlace("cache.lifetime.\(category.rawValue)"), defaultLifetime(of: category), in: .seconds(1) ... .seconds(366 * 86_400),
            "How long answers about \(category.rawValue) are good")
    }
    private static let revalidateShares = ResponseCategory.allCases.map { category in
        Setting<Double>.share(
            SettingPlace("cache.staleWhileRevalidateShare.\(category.rawValue)"), mayBeStale(category) ? 0.1 : 0,
            "Share of the lifetime for which an expired answer about \(category.rawValue) is given while a new one is fetched")
    }
    private static let errorWindows = ResponseCategory.allCases.map { category in
        Setting<Duration>.duration(
            SettingPlace("cache.staleIfError.\(category.rawValue)"), mayBeStale(category) ? .seconds(86_400) : .zero,
            in: .zero ... .seconds(30 * 86_400),
            "How long an expired answer about \(category.rawValue) is given when the provider fails")
    }

    static func lifetime(of category: ResponseCategory) -> Setting<Duration?> { lifetimes[category.index] }
    static func revalidateShare(of category: ResponseCategory) -> Setting<Double> { revalidateShares[category.index] }
    static func staleIfError(of category: ResponseCategory) -> Setting<Duration> { errorWindows[category.index] }

    private static func defaultLifetime(of category: ResponseCategory) -> Duration? {
        switch category {
        case .greeting: nil
        case .pricing, .hours: .seconds(7 * 86_400)
        case .availability, .booking: .seconds(3600)
        case .services, .location: .seconds(30 * 86_400)
        case .general: .seconds(86_400)
        }
    }

    /// Yesterday's price or free slot is a wrong answer; yesterday's address is not.
    private static func mayBeStale(_ category: ResponseCategory) -> Bool {
        switch category {
        case .services, .hours, .location, .general: true
        case .greeting, .pricing, .availability, .booking: false
        }
    }

    static let all =
        [
            namespace.description, defaultLanguage.description, minimumConfidence.description,
            memoryBytes.description, maximumBytes.description,
            maximumAnswerBytes.description, writeQueueLength.description, refreshCallsPerHour.description,
            warmCallsPerHour.description, rememberedBodies.description, knownKeys.description,
            lookupDeadline.description,
            jitterShare.description,
        ] + lifetimes.map(\.description) + revalidateShares.map(\.description) + errorWindows.map(\.description)
}
