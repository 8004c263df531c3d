import HearthCache
import HearthPages
import HearthStatistics
import HearthTelemetry

/// What stands around every page: how the service is, and up to when figures are complete.
struct PageFrames: Sendable {
    let statistics: StatisticsQuery
    let health: HealthReporter
    let shelf: PanelShelf
    let timeSource: any TimeSource
    let configuration: HearthConfiguration
    /// How many the listeners have now.
    let openRequests: @Sendable () -> Int
    let providerDegradation: @Sendable () -> ServiceStatus.Degradation?

    /// Up to when figures are complete, and on how many replicas.
    private struct Completeness: Sendable {
        var through: Timestamp
        var replicas: ReplicaCount
    }

    func frame(_ reading: PageReading) async -> PageFrame {
        let completeness = await shelf.panel("completeness") { [statistics, timeSource] in
            let now = timeSource.now()
            let report = try await statistics.report(period: .minute, from: now, to: now)
            return Completeness(
                through: report.completeThrough,
                replicas: ReplicaCount(reporting: report.replicas.reporting, known: report.replicas.known))
        }
        return frame(reading, completeness.content)
    }

    /// Without asking anything that may be slow.
    func frameAtOnce(_ reading: PageReading) -> PageFrame { frame(reading, nil) }

    private func frame(_ reading: PageReading, _ completeness: Completeness?) -> PageFrame {
        let now = timeSource.now()
        let (from, to) = reading.address.state.range.bounds(at: now)
        // A plan looks ahead.
        let zone = PageZone(reading.address.state.zone, from: from, to: max(to, now + .seconds(366 * 86_400)))
        return PageFrame(
            address: reading.address, notices: reading.notices, language: reading.language, theme: reading.preferences.theme,
            hasKeys: reading.preferences.hasKeys, zone: zone,
            status: status, version: HearthVersion.number, profile: configuration.profile.rawValue,
            isSimulated: configuration.provider.isSimulated, generatedAt: now, completeThrough: completeness?.through,
            replicas: completeness?.replicas ?? ReplicaCount(reporting: 1, known: 1), reader: reading.reader,
            refreshSeconds: reading.refreshSeconds, serviceURL: reading.serviceURL, serverZone: MachineZone.name)
    }

    /// The name that pages have words for.
    private static func word(_ component: String) -> String {
        component == "PostgreSQL" ? StoreName.postgres.rawValue : component.lowercased()
    }

    private var status: ServiceStatus {
        switch health.phase {
        case .starting: return .starting
        case .stopping: return .stopping(requests: max(0, openRequests() - 1))
        case .ready:
            let degradations = health.degradations.map {
                ServiceStatus.Degradation(component: Self.word($0.component), reason: $0.reason, since: $0.since)
            }
            let all = degradations + [providerDegradation()].compactMap { $0 }
            return all.isEmpty ? .working : .degraded(all)
        }
    }
}
