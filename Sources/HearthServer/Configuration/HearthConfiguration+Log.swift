package import Logging

extension HearthConfiguration {
    /// What is logged and how it looks.
    package struct Log: Sendable {
        package var level: Logger.Level
        package var format: Format
        /// Whether log lines may contain the text of questions.
        package var includesQueries: Bool

        package enum Format: String, CaseIterable, Sendable {
            case json
            case text
            /// Text on a terminal, JSON elsewhere.
            case auto
        }

        init(reading reader: inout SettingReader) {
            level = reader.value(LogSettings.level)
            format = reader.value(LogSettings.format)
            includesQueries = reader.value(LogSettings.queries)
        }
    }
}

enum LogSettings {
    static let level = Setting<Logger.Level>.choice(
        SettingPlace("log.level", variable: "HEARTH_LOG_LEVEL"), .info, "The least important level that is logged")
    static let format = Setting<HearthConfiguration.Log.Format>.choice(
        SettingPlace("log.format", variable: "HEARTH_LOG_FORMAT"), .auto,
        "How log lines look; auto is text on a terminal and json elsewhere")
    static let queries = Setting<Bool>.boolean(
        SettingPlace("log.queries", variable: "HEARTH_LOG_QUERIES"), false, "Whether log lines may contain the text of questions")

    static let all = [level.description, format.description, queries.description]
}
