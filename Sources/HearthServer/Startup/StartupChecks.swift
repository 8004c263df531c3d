package import HearthTelemetry

/// What is looked at before anything is opened, so that a start that cannot succeed ends with one clear line.
package enum StartupChecks {
    /// Makes sure that the port is free and takes the data folder, whose lock must be held for the life of the process.
    ///
    /// The data folder comes first: a second start with the same settings is about the folder, and only by consequence about the port.
    package static func run(_ configuration: HearthConfiguration, startedAt: Timestamp) throws(StartupError) -> DataFolderLock {
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
