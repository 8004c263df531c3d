import GRDB
import HearthCache
import HearthDrivers
import HearthTelemetry
import Logging

extension Composition {
    /// What answers WhatsApp; nil where it is not configured.
    static func inbox(
        _ foundation: Foundation, _ database: EmbeddedDatabase, _ shared: SharedDatabase?, _ curl: CurlClient, _ answerer: QuestionAnswerer
    ) -> WhatsAppRoutes.Service? {
        let settings = foundation.configuration.whatsApp
        let logger = foundation.logs.logger("hearth.inbox")
        guard settings.isComplete, let accessToken = settings.accessToken else {
            if settings.isBegun {
                logger.warning(
                    "WhatsApp is configured in part, and its webhook refuses everything",
                    metadata: ["advice": "set HEARTH_WHATSAPP_APP_SECRETS and HEARTH_WHATSAPP_ACCESS_TOKEN"])
            }
            return nil
        }
        if settings.verifyToken == nil {
            logger.warning("WhatsApp cannot verify the webhook", metadata: ["advice": "set HEARTH_WHATSAPP_VERIFY_TOKEN"])
        }
        let instruments = InboxInstruments(registry: foundation.registry)
        let limits = InboxLimits(open: settings.inboxLimit, perSenderAndMinute: settings.messagesPerMinute)
        // Longer than a message can be worked on, so that nobody else takes it meanwhile: it may wait for another replica's call before
        // its own.
        let lease = longestCall(foundation.configuration) * 2 + settings.replyTimeout + .seconds(30)
        let store: any Inbox =
            if let shared {
                PostgresInbox(client: shared.client, limits: limits, lease: lease)
            } else {
                SQLiteInbox(database: database, limits: limits)
            }
        let worker = InboxWorker(
            store: store,
            replies: WhatsAppReplies(http: curl, baseURL: settings.graphURL, accessToken: accessToken, timeout: settings.replyTimeout),
            settings: .init(
                concurrency: settings.concurrency, attempts: settings.attempts, firstPause: settings.firstPause, kept: settings.kept),
            instruments: instruments, timeSource: foundation.timeSource, logger: logger, ask: asking(answerer, foundation.timeSource))
        foundation.registry.addCollector("inbox") { worker.updateFigures() }
        return WhatsAppRoutes.Service(
            verifyToken: settings.verifyToken, signature: WhatsAppSignature(secrets: settings.appSecrets), store: store, worker: worker,
            instruments: instruments, bodyBytes: settings.bodyBytes)
    }

    /// A message is a question like any other, of the standard tenant.
    private static func asking(_ answerer: QuestionAnswerer, _ timeSource: any TimeSource) -> InboxWorker.Asking {
        { (query: CacheQuery) async throws(APIError) -> String in
            let answered = try await answerer.answer(
                query, by: .standard, control: RequestCacheControl(), requestID: RequestIdentifier.new(), trace: nil,
                startedAt: timeSource.uptime())
            return answered.answer.text
        }
    }
}
