import HearthTelemetry
import HearthTestKit
import Synchronization

/// The webhooks of a drill's Alertmanager: whom an alert is told to, when, and when it is told to be over.
final class NotificationReceiver: Sendable {
    struct Notification: Sendable {
        /// The path of its webhook, such as `pager`.
        var receiver: String
        var at: Timestamp
        var isFiring: Bool
        var labels: [String: String]
    }

    private final class Received: Sendable {
        let notifications = Mutex<[Notification]>([])
    }

    private let server: ScriptedServer
    private let received: Received

    private init(server: ScriptedServer, received: Received) {
        self.server = server
        self.received = received
    }

    static func start() async throws -> NotificationReceiver {
        let received = Received()
        let server = try await ScriptedServer.start { request in
            let now = SystemTimeSource().now()
            let receiver = request.head.split(separator: " ").dropFirst().first?.dropFirst() ?? ""
            let notifications = (JSONNode(request.body) ?? .null)["alerts"].items.map { alert in
                Notification(
                    receiver: String(receiver), at: now, isFiring: alert["status"].text == "firing",
                    labels: alert["labels"].names.reduce(into: [:]) { $0[$1] = alert["labels"][$1].text })
            }
            received.notifications.withLock { $0 += notifications }
            return [.answer("{}")]
        }
        return NotificationReceiver(server: server, received: received)
    }

    var url: String { server.url }
    var notifications: [Notification] { received.notifications.withLock { $0 } }

    func stop() async { await server.stop() }
}
