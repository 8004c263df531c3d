import Foundation
import HearthDrivers
import HearthTelemetry
import Synchronization

/// Reads which alerts of Hearth an Alertmanager has now; it is never written to.
///
/// It is asked at most once in ten seconds and waited for at most two, however many look.
final class AlertmanagerReader: Sendable {
    /// One alert as the Alertmanager has it, and as the API shows it.
    struct Alert: Encodable, Sendable, Equatable {
        var name: String
        var severity: String
        /// `active`, `suppressed` or `unprocessed`.
        var state: String
        var startsAt: String
        var summary: String?
        var runbook: String?
    }

    struct Reading: Sendable {
        var checkedAt: Timestamp
        var alerts: [Alert]
        /// Whether there are more than are shown.
        var isCutShort = false
        /// Why it could not be asked.
        var problem: String?
    }

    private struct State {
        var reading: Reading?
        var readAt: Duration = .zero
        var isReading = false
    }

    private static let freshness = Duration.seconds(10)
    private static let patience = Duration.seconds(2)
    private static let shownAlerts = 100
    private static let maximumBytes = 2 << 20

    private let url: Secret
    private let http: CurlClient
    private let timeSource: any TimeSource
    private let state = Mutex(State())

    init(url: Secret, http: CurlClient, timeSource: any TimeSource) {
        self.url = url
        self.http = http
        self.timeSource = timeSource
    }

    func reading() async -> Reading {
        let now = timeSource.uptime()
        let known = state.withLock { state -> Reading? in
            if let reading = state.reading, state.isReading || now - state.readAt < Self.freshness { return reading }
            state.isReading = true
            return nil
        }
        if let known { return known }
        let reading = await ask()
        state.withLock { state in
            state.reading = reading
            state.readAt = timeSource.uptime()
            state.isReading = false
        }
        return reading
    }

    private func ask() async -> Reading {
        let base = url.reveal()
        let address = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/api/v2/alerts?filter=service%3D%22hearth%22"
        let now = timeSource.now()
        do throws(HTTPClientError) {
            let response = try await http.send(
                HTTPClientRequest(
                    url: address, headers: [.init("Accept", "application/json")], connectTimeout: Self.patience,
                    totalTimeout: Self.patience, maximumResponseBytes: Self.maximumBytes))
            guard response.status == 200 else {
                return Reading(checkedAt: now, alerts: [], problem: "it answers with status \(response.status)")
            }
            guard let listed = try? JSONDecoder().decode([Listed].self, from: Data(response.body)) else {
                return Reading(checkedAt: now, alerts: [], problem: "its answer is not the list of alerts of its interface v2")
            }
            let alerts = listed.map(\.alert).sorted { ($0.severity, $1.startsAt) < ($1.severity, $0.startsAt) }
            return Reading(
                checkedAt: now, alerts: Array(alerts.prefix(Self.shownAlerts)), isCutShort: alerts.count > Self.shownAlerts)
        } catch {
            return Reading(checkedAt: now, alerts: [], problem: "it does not answer: \(error)")
        }
    }

    /// As its interface describes it (Alertmanager API v2, `gettableAlert`).
    private struct Listed: Decodable {
        struct Status: Decodable { var state: String }

        var labels: [String: String]
        var annotations: [String: String]
        var startsAt: String
        var status: Status

        var alert: Alert {
            Alert(
                name: labels["alertname"] ?? "", severity: labels["severity"] ?? "none", state: status.state, startsAt: startsAt,
                summary: annotations["summary"], runbook: annotations["runbook_url"])
        }
    }
}
