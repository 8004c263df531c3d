extension HearthConfiguration {
    /// How many hits are asked of the provider again, and what follows from what is found.
    package struct ShadowChecks: Sendable {
        /// Share of the hits; 0 checks none.
        package var share: Double
        /// Most checks within one UTC day.
        package var perDay: Int
        /// Share of mismatches above which a category's lifetime is halved.
        package var mismatchThreshold: Double
        /// F1 of the words from which two answers are alike.
        package var minimumOverlap: Double
        /// Whether the provider is asked about pairs that the comparison by form leaves in doubt.
        package var providerJudges: Bool

        init(reading reader: inout SettingReader) {
            share = reader.value(ShadowSettings.share)
            perDay = reader.value(ShadowSettings.perDay)
            mismatchThreshold = reader.value(ShadowSettings.mismatchThreshold)
            minimumOverlap = reader.value(ShadowSettings.minimumOverlap)
            providerJudges = reader.value(ShadowSettings.providerJudges)
        }
    }
}

enum ShadowSettings {
    static let share = Setting<Double>.share(
        SettingPlace("shadowChecks.share", variable: "HEARTH_SHADOW_SHARE"), 0,
        "Share of the hits that are asked of the provider again and compared; each costs a call")
    static let perDay = Setting<Int>.integer(
        SettingPlace("shadowChecks.perDay", variable: "HEARTH_SHADOW_CHECKS_PER_DAY"), 500, in: 0...1_000_000,
        "Most hits that are checked in this way within one UTC day")
    static let mismatchThreshold = Setting<Double>.share(
        SettingPlace("shadowChecks.mismatchThreshold", variable: "HEARTH_SHADOW_MISMATCH_THRESHOLD"), 0.1,
        "Share of a category's last 100 checks that differ, above which its new answers are kept half as long")
    static let minimumOverlap = Setting<Double>.share(
        "shadowChecks.minimumOverlap", 0.8, "Agreement of the words (F1) from which two answers are taken to say the same")
    static let providerJudges = Setting<Bool>.boolean(
        SettingPlace("shadowChecks.providerJudges", variable: "HEARTH_SHADOW_PROVIDER_JUDGES"), false,
        "Whether the provider is asked if two answers say the same where their words leave it in doubt; a second call")

    static let all = [
        share.description, perDay.description, mismatchThreshold.description, minimumOverlap.description, providerJudges.description,
    ]
}
