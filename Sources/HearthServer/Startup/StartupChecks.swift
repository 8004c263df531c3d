import Foundation
import HearthDrivers
package import HearthTelemetry
import NIOCore

/// What is looked at before anything is opened, so that a start that cannot succeed ends with one clear line.
package enum StartupChecks {
    /// Those that the language's runtime counts: it knows nothing of a share of them that a container was given.
    private static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }
    /// Any command: the processors' own threads of the language's runtime, and one that gives them work.
    private static var threadsOfCommand: Int { processors + 2 }
    /// The service, beyond those of a command: tasks of two priorities for each processor, event loops and blocking calls for each that its
    /// share allows; libcurl, the writer and a reader of the database, the log. What else it starts it can wait for.
    private static var threadsOfService: Int { processors * 2 + System.coreCount * 2 + 4 }

    /// Makes sure that a command can run at all; without threads its first asynchronous step would wait for ever.
    package static func checkThreads() throws(StartupError) { try checkThreads(needed: threadsOfCommand) }

    private static func checkThreads(needed: Int) throws(StartupError) {
        let possible = ThreadProbe.count(upTo: needed)
        guard possible == needed else { throw .threads(possible: possible, needed: needed) }
    }

    /// Makes sure that there are threads and that the port is free, and takes the data folder, whose lock must be held for the life of the
    /// process.
    ///
    /// Threads come before everything else, as nothing works without. The data folder comes before the port: a second start with the same
    /// settings is about the folder, and only by consequence about the port.
    package static func run(_ configuration: HearthConfiguration, startedAt: Timestamp) throws(StartupError) -> DataFolderLock {
        try checkThreads(needed: threadsOfService)
        let lock = try DataFolderLock.take(folder: configuration.dataDirectory, startedAt: startedAt)
        let listener = configuration.listener
        for port in [listener.port, listener.adminPort].compactMap(\.self) {
            if let owner = ListeningPorts.owner(host: listener.host, port: port) {
                lock.release()
                throw .portTaken(host: listener.host, port: port, owner: owner)
            }
        }
        return lock
    }

    /// Development on this machine only may be open to everybody.
    ///
    /// - Parameter isOpen: whether there are no credentials at all
    package static func checkCredentials(_ configuration: HearthConfiguration, isOpen: Bool) throws(StartupError) {
        guard isOpen else { return }
        guard configuration.profile == .development else { throw .noCredentials(reason: "The profile \(configuration.profile.rawValue)") }
        let listener = configuration.listener
        guard listener.isLoopback else { throw .noCredentials(reason: "Listening on \(listener.host), which other machines can reach,") }
    }
}
