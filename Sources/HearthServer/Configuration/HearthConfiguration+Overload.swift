extension HearthConfiguration {
    /// When work is refused so that the rest is done in time.
    package struct Overload: Sendable {
        /// Nil refuses nothing.
        package var targetDelay: Duration?

        init(targetDelay: Duration? = OverloadSettings.usualDelay) { self.targetDelay = targetDelay }

        init(reading reader: inout SettingReader) {
            targetDelay = reader.value(OverloadSettings.targetDelay)
        }
    }
}

enum OverloadSettings {
    static let usualDelay = Duration.milliseconds(50)

    static let targetDelay = Setting<Duration?>.optionalDuration(
        SettingPlace("overload.targetDelay", variable: "HEARTH_OVERLOAD_TARGET_DELAY"), usualDelay, unset: "off",
        in: .milliseconds(1) ... .seconds(10),
        "How long work may wait for an event loop, on the mean of a quarter of a second, before some of it is refused; hits never are")

    static let all = [targetDelay.description]
}
