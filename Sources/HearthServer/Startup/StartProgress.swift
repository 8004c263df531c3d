import Synchronization

/// How far the start has come, for whoever looks before it is over.
final class StartProgress: Sendable {
    /// In the order in which they are done.
    enum Step: String, CaseIterable {
        case configuration = "read the configuration"
        case dataFolder = "take the data folder"
        case servers = "look for the configured servers"
        case stores = "open the stores"
        case listeners = "open the listeners"
    }

    private let running = Mutex(Step.configuration)

    func begin(_ step: Step) { running.withLock { $0 = step } }

    /// The step that is being done.
    var step: Step { running.withLock { $0 } }
}
