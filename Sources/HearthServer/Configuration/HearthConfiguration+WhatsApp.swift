package import HearthDrivers

extension HearthConfiguration {
    /// How messages of WhatsApp are answered.
    package struct WhatsApp: Sendable {
        package var verifyToken: Secret?
        /// Two while one replaces the other.
        package var appSecrets: [Secret]
        package var accessToken: Secret?
        /// Without a slash at its end.
        package var graphURL: String
        package var replyTimeout: Duration
        package var inboxLimit: Int
        package var messagesPerMinute: Int
        package var concurrency: Int
        package var attempts: Int
        package var firstPause: Duration
        package var kept: Duration
        package var bodyBytes: Int

        init(reading reader: inout SettingReader) {
            verifyToken = reader.value(WhatsAppSettings.verifyToken)
            appSecrets = reader.value(WhatsAppSettings.appSecrets).map { WhatsAppSettings.secrets($0.reveal()) ?? [] } ?? []
            accessToken = reader.value(WhatsAppSettings.accessToken)
            let address = reader.value(WhatsAppSettings.graphURL)
            graphURL = address.hasSuffix("/") ? String(address.dropLast()) : address
            replyTimeout = reader.value(WhatsAppSettings.replyTimeout)
            inboxLimit = reader.value(WhatsAppSettings.inboxLimit)
            messagesPerMinute = reader.value(WhatsAppSettings.messagesPerMinute)
            concurrency = reader.value(WhatsAppSettings.concurrency)
            attempts = reader.value(WhatsAppSettings.attempts)
            firstPause = reader.value(WhatsAppSettings.firstPause)
            kept = reader.value(WhatsAppSettings.kept)
            bodyBytes = reader.value(WhatsAppSettings.bodyBytes)
        }

        /// Whether deliveries can be checked and replies sent.
        var isComplete: Bool { !appSecrets.isEmpty && accessToken != nil }
        /// Whether somebody has begun to configure it.
        var isBegun: Bool { verifyToken != nil || !appSecrets.isEmpty || accessToken != nil }
    }
}

enum WhatsAppSettings {
    static let verifyToken = Setting<Secret?>.secret(
        SettingPlace("whatsapp.verifyToken", variable: "HEARTH_WHATSAPP_VERIFY_TOKEN"), allowed: "the verify token of the webhook",
        "Word by which Meta makes sure that the webhook is the right one")
    static let appSecrets = Setting<Secret?>.secret(
        SettingPlace("whatsapp.appSecrets", variable: "HEARTH_WHATSAPP_APP_SECRETS"),
        allowed: "the app's secret; two, one a line or separated by commas, while one replaces the other", accepts: { secrets($0) != nil },
        "Secret by which deliveries are signed")
    static let accessToken = Setting<Secret?>.secret(
        SettingPlace("whatsapp.accessToken", variable: "HEARTH_WHATSAPP_ACCESS_TOKEN"), allowed: "an access token of the Graph API",
        "Key for sending replies")
    static let graphURL = Setting<String>.url(
        SettingPlace("whatsapp.graphURL", variable: "HEARTH_WHATSAPP_GRAPH_URL"), "https://graph.facebook.com/v21.0",
        schemes: ["https", "http"], example: "https://graph.facebook.com/v21.0", "Address of the Graph API with its version")
    static let replyTimeout = Setting<Duration>.duration(
        "whatsapp.replyTimeout", .seconds(10), in: .milliseconds(100) ... .seconds(120), "Time for sending one reply")
    static let inboxLimit = Setting<Int>.integer(
        "whatsapp.inboxLimit", 10_000, in: 1...1_000_000,
        "Messages that may wait for their answer; more are refused, and delivered again later")
    static let messagesPerMinute = Setting<Int>.integer(
        "whatsapp.messagesPerMinute", 20, in: 1...10_000, "Messages of one sender within a minute that are answered")
    static let concurrency = Setting<Int>.integer("whatsapp.concurrency", 16, in: 1...1000, "Senders that are answered at the same time")
    static let attempts = Setting<Int>.integer(
        "whatsapp.attempts", 24, in: 1...100,
        "How often an answer is tried before the message is given up; with the pauses between them, 24 take some 83 minutes")
    static let firstPause = Setting<Duration>.duration(
        "whatsapp.firstPause", .seconds(2), in: .milliseconds(10) ... .seconds(300),
        "Pause after the first failed attempt; it doubles, up to five minutes")
    static let kept = Setting<Duration>.duration(
        "whatsapp.kept", .seconds(14 * 86_400), in: .seconds(86_400) ... .seconds(90 * 86_400),
        "How long a message's id is remembered, so that it is answered once however often it is delivered")
    static let bodyBytes = Setting<Int>.bytes("whatsapp.bodyBytes", 3 << 20, in: 1024...(16 << 20), "Size of one delivery")

    static let all = [
        verifyToken.description, appSecrets.description, accessToken.description, graphURL.description, replyTimeout.description,
        inboxLimit.description, messagesPerMinute.description, concurrency.description, attempts.description, firstPause.description,
        kept.description, bodyBytes.description,
    ]

    /// One or two texts of at least sixteen visible characters.
    static func secrets(_ text: String) -> [Secret]? {
        let parts = text.split(whereSeparator: { $0 == "," || $0.isNewline }).map { SettingText.trimmed($0) }.filter { !$0.isEmpty }
        let areSound = parts.allSatisfy { (16...256).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
        return (1...2).contains(parts.count) && areSound ? parts.map { Secret($0) } : nil
    }
}
