extension HearthConfiguration {
    /// How much callers may ask for.
    package struct Limiting: Sendable {
        /// Of every credential that has none of its own.
        var standard: CallerLimits
        /// By the name of the credential.
        var special: [String: CallerLimits]
        package var trackedCallers: Int

        init(standard: CallerLimits = .init(), special: [String: CallerLimits] = [:], trackedCallers: Int = 10_000) {
            self.standard = standard
            self.special = special
            self.trackedCallers = trackedCallers
        }

        init(reading reader: inout SettingReader) {
            standard = CallerLimits(
                requestsPerSecond: reader.value(LimitSettings.requestsPerSecond), burst: reader.value(LimitSettings.burst),
                concurrency: reader.value(LimitSettings.concurrency))
            special = LimitSettings.parse(reader.value(LimitSettings.credentials)) ?? [:]
            trackedCallers = reader.value(LimitSettings.trackedCallers)
        }
    }
}

enum LimitSettings {
    private static let rates = 0.01...1_000_000
    private static let bursts = 1...1_000_000
    private static let concurrencies = 1...100_000
    private static let maximumCredentials = 1000

    static let requestsPerSecond = Setting<Double?>(
        SettingPlace("limits.requestsPerSecond", variable: "HEARTH_REQUESTS_PER_SECOND"), default: nil,
        allowed: "a number from 0.01 to 1000000",
        meaning: "Requests a second of each credential, on all replicas that share a Redis together; unset: unlimited",
        read: { text in rate(text).map { .some($0) } }, write: { $0.map { "\($0)" } })
    static let burst = Setting<Int?>.optionalInteger(
        "limits.burst", in: bursts, "Requests of a credential that may come at once; unset: as many as in a second")
    static let concurrency = Setting<Int?>.optionalInteger(
        SettingPlace("limits.concurrency", variable: "HEARTH_CONCURRENT_REQUESTS"), in: concurrencies,
        "Requests of each credential that one replica works on at one time; unset: unlimited")
    static let credentials = Setting<String?>(
        "limits.credentials", default: nil,
        allowed: "names of credentials with what holds for them instead, such as shop=rate:10 burst:20 concurrency:4; batch=rate:1",
        isList: true, meaning: "Credentials with limits of their own; what is not named is unlimited for them",
        read: { parse($0) == nil ? nil : .some($0) }, write: { $0 })
    static let trackedCallers = Setting<Int>.integer(
        "limits.trackedCallers", 10_000, in: 100...10_000_000,
        "Credentials that are counted at one time; beyond it those are forgotten that have asked least")

    static let all = [
        requestsPerSecond.description, burst.description, concurrency.description, credentials.description, trackedCallers.description,
    ]

    private static func rate(_ text: some StringProtocol) -> Double? {
        Double(text).flatMap { rates.contains($0) ? $0 : nil }
    }

    /// Nil for a text that is none; an empty table for none.
    static func parse(_ text: String?) -> [String: CallerLimits]? {
        guard let text else { return [:] }
        var all: [String: CallerLimits] = [:]
        for part in text.split(separator: ";").map({ SettingText.trimmed($0) }) where !part.isEmpty {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = SettingText.trimmed(sides[0])
            guard sides.count == 2, (1...200).contains(name.count), all[name] == nil, all.count < maximumCredentials,
                let limits = limits(SettingText.trimmed(sides[1]))
            else { return nil }
            all[name] = limits
        }
        return all
    }

    private static func limits(_ text: String) -> CallerLimits? {
        var (given, burst, concurrency): (Double?, Int?, Int?) = (nil, nil, nil)
        for word in text.split(separator: " ") {
            let halves = word.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            switch halves[0] {
            case "rate":
                guard given == nil, let number = rate(halves[1]) else { return nil }
                given = number
            case "burst":
                guard burst == nil, let number = Int(halves[1]), bursts.contains(number) else { return nil }
                burst = number
            case "concurrency":
                guard concurrency == nil, let number = Int(halves[1]), concurrencies.contains(number) else { return nil }
                concurrency = number
            default: return nil
            }
        }
        // A burst of nothing is a mistake.
        guard burst == nil || given != nil else { return nil }
        return CallerLimits(requestsPerSecond: given, burst: burst, concurrency: concurrency)
    }
}
