import HearthTelemetry
import HearthTestKit

extension DrillStage {
    enum AlertState: Sendable {
        case pending(since: Timestamp?)
        case firing(since: Timestamp?)
    }

    /// What Prometheus says of an alert; nil where its condition does not hold.
    func state(of expected: Drill.Expected) async throws -> AlertState? {
        let alerts = try await prometheusProbe.get("/api/v1/alerts").json["data"]["alerts"].items
        let found = alerts.filter { alert in
            alert["labels"]["alertname"].text == expected.alert
                && expected.labels.allSatisfy { alert["labels"][$0.key].text == $0.value }
        }
        guard let alert = found.first(where: { $0["state"].text == "firing" }) ?? found.first else { return nil }
        let since = alert["activeAt"].text.flatMap { Timestamp(iso8601: $0) }
        return alert["state"].text == "firing" ? .firing(since: since) : .pending(since: since)
    }

    /// Waits until the alert is pending, fires, and is told of where it is to be.
    func awaitStart(of expected: Drill.Expected, after fault: Timestamp, within limit: Duration) async throws -> DrillRow {
        let clock = SystemTimeSource()
        var seen: Timestamp?
        let (pending, firing) = try await Deadline.value("\(expected.alert) fires", within: limit) { () -> (Timestamp, Timestamp)? in
            // Prometheus is asked ten times a second, which is more often than it evaluates.
            try await Task.sleep(for: .milliseconds(80))
            switch try await state(of: expected) {
            case nil:
                seen = nil
                return nil
            case .pending(let since):
                seen = since ?? seen ?? clock.now()
                return nil
            case .firing(let since):
                let now = clock.now()
                return (since ?? seen ?? now, now)
            }
        }
        guard expected.isTold else { return DrillRow(alert: expected.alert, pending: pending, firing: firing) }
        let told = try await Deadline.value("\(expected.alert) is told of", within: limit) {
            notification(of: expected, isFiring: true, after: fault)
        }
        return DrillRow(alert: expected.alert, pending: pending, firing: firing, told: told.at, receiver: told.receiver)
    }

    /// Waits until the alert is over, and until who was woken is told so.
    func awaitEnd(
        of expected: Drill.Expected, after healed: Timestamp, within limit: Duration
    ) async throws -> (resolved: Timestamp, toldOver: Timestamp?) {
        let clock = SystemTimeSource()
        try await Deadline.until("\(expected.alert) is over", within: limit) {
            try await Task.sleep(for: .milliseconds(80))
            return try await state(of: expected) == nil
        }
        let resolved = clock.now()
        guard expected.isTold, receiver.notifications.last(where: { expected.matches($0.labels) })?.receiver == "pager" else {
            return (resolved, nil)
        }
        let told = try await Deadline.value("\(expected.alert) is told to be over", within: limit) {
            notification(of: expected, isFiring: false, after: healed)
        }
        return (resolved, told.at)
    }

    /// The first that came since.
    func notification(
        of expected: Drill.Expected, isFiring: Bool, after moment: Timestamp
    ) -> NotificationReceiver.Notification? {
        receiver.notifications.first { $0.at > moment && $0.isFiring == isFiring && expected.matches($0.labels) }
    }
}

extension Drill.Expected {
    fileprivate func matches(_ labels: [String: String]) -> Bool {
        labels["alertname"] == alert && self.labels.allSatisfy { labels[$0.key] == $0.value }
    }
}
