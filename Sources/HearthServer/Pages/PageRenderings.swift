import HearthPages
import HearthTelemetry
import Synchronization

/// Renders a page at most once a second for all who look at the same address in the same way: a hundred open tabs cost one rendering.
final class PageRenderings: Sendable {
    private struct Rendering {
        var task: Task<RenderedPage, Never>
        var startedAt: Duration
    }

    static let capacity = 200
    private static let freshness = Duration.seconds(1)

    private let timeSource: any TimeSource
    private let renderings = Mutex<[String: Rendering]>([:])

    init(timeSource: any TimeSource) {
        self.timeSource = timeSource
    }

    /// - Parameter name: of the address with everything else that decides what is in the page.
    func page(_ name: String, _ render: @escaping @Sendable () async -> RenderedPage) async -> RenderedPage {
        let now = timeSource.uptime()
        let task = renderings.withLock { renderings in
            if let rendering = renderings[name], now - rendering.startedAt < Self.freshness { return rendering.task }
            if renderings.count >= Self.capacity { renderings = renderings.filter { now - $0.value.startedAt < Self.freshness } }
            let task = Task { await render() }
            if renderings.count < Self.capacity { renderings[name] = Rendering(task: task, startedAt: now) }
            return task
        }
        return await task.value
    }
}
