import HearthPages
import HearthTelemetry
import Synchronization

/// Loads the parts of pages, each by itself and with little patience: a store that is slow or hangs costs its part, not the page.
///
/// One load of a part is under way at a time, however many look; what it brings is kept, and shown where the next takes too long. What
/// hangs is not asked again before it has come back.
final class PanelShelf: Sendable {
    private typealias Load = Task<Result<any Sendable, any Error>, Never>

    private struct Place {
        var load: Load?
        var startedAt: Duration = .zero
        var kept: (content: any Sendable, madeAt: Timestamp)?
        var usedAt: Duration
    }

    /// How long a part may take.
    static let patience = Duration.milliseconds(500)
    /// Parts that are kept; those used longest ago are forgotten first.
    static let capacity = 500

    private let timeSource: any TimeSource
    /// The name of a job that holds the store, if one does.
    private let holder: @Sendable () -> String?
    private let places = Mutex<[String: Place]>([:])

    init(timeSource: any TimeSource, holder: @escaping @Sendable () -> String? = { nil }) {
        self.timeSource = timeSource
        self.holder = holder
    }

    var count: Int { places.withLock { $0.count } }

    /// - Parameter name: of the part with everything that decides what is in it.
    func panel<Content: Sendable>(
        _ name: String, _ load: @escaping @Sendable () async throws -> Content
    ) async -> Panel<Content> {
        let (task, startedAt) = start(name, load)
        let result = await Patience.wait(atMost: Self.patience - min(Self.patience, timeSource.uptime() - startedAt)) { await task.value }
        switch result {
        case .success(let content):
            guard let content = content as? Content else { return .missing(.failed(reason: "two parts have the same name")) }
            return .ready(content)
        case .failure(let error): return .missing(.failed(reason: Self.words(error)))
        case nil:
            let took = timeSource.uptime() - startedAt
            guard let kept = places.withLock({ $0[name]?.kept }), let content = kept.content as? Content else {
                return .missing(holder().map { .busy(job: $0, took) } ?? .slow(took))
            }
            return .kept(content, madeAt: kept.madeAt, took: took, heldBy: holder())
        }
    }

    private func start<Content: Sendable>(
        _ name: String, _ load: @escaping @Sendable () async throws -> Content
    ) -> (task: Load, startedAt: Duration) {
        let now = timeSource.uptime()
        return places.withLock { places in
            if let place = places[name], let task = place.load {
                places[name]?.usedAt = now
                return (task, place.startedAt)
            }
            makeRoom(&places)
            let task = Load { await self.finish(name, load) }
            places[name, default: Place(usedAt: now)].load = task
            places[name]?.startedAt = now
            places[name]?.usedAt = now
            return (task, now)
        }
    }

    private func finish<Content: Sendable>(
        _ name: String, _ load: @Sendable () async throws -> Content
    ) async -> Result<any Sendable, any Error> {
        let result: Result<any Sendable, any Error>
        do {
            result = .success(try await load())
        } catch {
            result = .failure(error)
        }
        let now = timeSource.now()
        places.withLock { places in
            places[name]?.load = nil
            if case .success(let content) = result { places[name]?.kept = (content, now) }
        }
        return result
    }

    private func makeRoom(_ places: inout [String: Place]) {
        guard places.count >= Self.capacity else { return }
        let idle = places.filter { $0.value.load == nil }.sorted { $0.value.usedAt < $1.value.usedAt }
        for (name, _) in idle.prefix(Self.capacity / 10) { places[name] = nil }
    }

    private static func words(_ error: any Error) -> String {
        (error as? APIError)?.message ?? "\(error)"
    }
}
