package import HearthDrivers

extension HearthConfiguration {
    /// What is kept about the questions themselves.
    package struct Statistics: Sendable {
        /// Different questions that are told apart between two writes to the database, which take place every second.
        package var patternsInMemory: Int
        /// Different questions that are kept in the database.
        package var patternsKept: Int
        /// The key of the hashes that customers are told apart by; nil: they are not.
        package var customerKey: Secret?

        init(reading reader: inout SettingReader) {
            patternsInMemory = reader.value(StatisticsSettings.patternsInMemory)
            patternsKept = reader.value(StatisticsSettings.patternsKept)
            customerKey = reader.value(StatisticsSettings.customerKey)
        }
    }
}

enum StatisticsSettings {
    static let patternsInMemory = Setting<Int>.integer(
        "statistics.patternsInMemory", 20_000, in: 100...10_000_000,
        "Different questions that are told apart between two writes; beyond it the rarest are counted together")
    static let patternsKept = Setting<Int>.integer(
        "statistics.patternsKept", 1_000_000, in: 1000...1_000_000_000,
        "Different questions that are kept for the top queries; beyond it the rarest are counted together")
    static let customerKey = Setting<Secret?>.secret(
        SettingPlace("statistics.customerKey", variable: "HEARTH_CUSTOMER_KEY"), allowed: "a text of at least 16 characters",
        accepts: { SettingText.plain($0) != nil && $0.utf8.count >= 16 },
        "Key of the hashes that customers are told apart by, the same for all replicas; unset: where texts of questions are not stored, "
            + "top queries show none")

    static let all = [patternsInMemory.description, patternsKept.description, customerKey.description]
}
