package import HearthDrivers

extension HearthConfiguration {
    /// Who is asked which alerts somebody was told of.
    package struct Alertmanager: Sendable {
        /// Nil: nobody is asked.
        package var url: Secret?

        init(reading reader: inout SettingReader) {
            url = reader.value(AlertmanagerSettings.url)
        }
    }
}

enum AlertmanagerSettings {
    static let url = Setting<Secret?>.secretURL(
        SettingPlace("alertmanager.url", variable: "HEARTH_ALERTMANAGER_URL"), schemes: ["http", "https"],
        example: "http://alertmanager:9093",
        "Alertmanager whose alerts of Hearth are shown at /api/v1/alerts and on the page; it is read only")

    static let all = [url.description]
}
