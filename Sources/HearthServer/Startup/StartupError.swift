package import HearthTelemetry

/// Why the service did not start, with the exit status of its process.
package enum StartupError: Error, Sendable, CustomStringConvertible {
    case portTaken(host: String, port: Int, owner: PortOwner?)
    /// The address cannot be listened on for another reason than being taken.
    case listenFailed(host: String, port: Int, cause: String)
    /// The data folder cannot be used.
    case dataFolder(DataFolderProblem)
    /// The database file cannot be opened, for another reason than damage.
    case database(path: String, cause: String, isBusy: Bool)
    case dataFolderInUse(path: String, pid: Int32?, startedAt: Timestamp?)
    /// Configured servers that do not answer; production needs all of them.
    case serversUnreachable([UnreachableServer])
    /// Nobody could be let in, and everybody must not be.
    case noCredentials(reason: String)
    /// The system starts fewer threads for this process than it needs.
    case threads(possible: Int, needed: Int)
    /// What tokens are verified by cannot be used.
    case tokenKeys(path: String, cause: String)

    package struct UnreachableServer: Sendable, Equatable {
        package var name: String
        /// Without user and password.
        package var address: String
        package var cause: String

        package init(name: String, address: String, cause: String) {
            self.name = name
            self.address = address
            self.cause = cause
        }
    }

    /// 75 (try again later) for what may end by itself, 2 for what somebody has to correct.
    package var exitStatus: Int32 {
        switch self {
        case .portTaken, .dataFolderInUse, .serversUnreachable, .threads, .database(_, _, isBusy: true): 75
        case .database: 2
        case .listenFailed, .dataFolder, .noCredentials, .tokenKeys: 2
        }
    }

    /// One line; for servers one line each.
    package var description: String {
        switch self {
        case .portTaken(let host, let port, let owner):
            let owner = owner.map { " by \($0)" } ?? ""
            return "Port \(port) on \(host) is in use\(owner). Use another: --port \(port < 65535 ? port + 1 : 4327)"
        case .listenFailed(let host, let port, let cause):
            return "Listening on \(host) port \(port) failed: \(cause). Use another address or port: --host, --port"
        case .dataFolder(let problem):
            return problem.description
        case .dataFolderInUse(let path, let pid, let startedAt):
            let who = pid.map { "Hearth pid \($0)" } ?? "another Hearth"
            let since = startedAt.map { " (started \($0.description.dropFirst(11).prefix(5)) UTC)" } ?? ""
            return "\(path) is in use by \(who)\(since). Stop it, or use --data-dir"
        case .database(let path, _, isBusy: true):
            return "\(path) is locked by another program. End it (fuser \(path) names it), then start again"
        case .database(let path, let cause, isBusy: false):
            return "\(path) cannot be opened: \(cause). Look at the file's rights and the disk, or use --data-dir"
        case .noCredentials(let reason):
            return
                "\(reason) needs credentials for the callers, and there are none. Make a key: hearth keys create --name NAME, or set HEARTH_API_KEYS"
        case .threads(let possible, let needed):
            return
                "Only \(possible) threads can be started here, and \(needed) are needed. Raise the limit (ulimit -u, TasksMax of systemd, pids.max of the control group) or end other programs of this user"
        case .tokenKeys(let path, let cause):
            return "The token keys of \(path) cannot be used: \(cause). Give a JSON Web Key Set: HEARTH_JWT_KEYS"
        case .serversUnreachable(let servers):
            return servers.map { "\($0.name) at \($0.address) does not answer: \($0.cause)" }.joined(separator: "\n")
        }
    }
}

/// What is wrong with the data folder.
package struct DataFolderProblem: Sendable, Equatable, CustomStringConvertible {
    package var path: String
    /// The name of its owner, if it exists.
    package var owner: String?
    /// The name of this process's user.
    package var user: String
    package var cause: Cause

    package enum Cause: Sendable, Equatable {
        case notAFolder
        case notWritable
        case readOnlyFileSystem
        case cannotBeMade
    }

    package var description: String {
        switch cause {
        case .notAFolder:
            "\(path) is a file, not a folder. Give a folder: --data-dir DIR"
        case .notWritable:
            "The data folder \(path) belongs to \(owner ?? "another user") and cannot be written by \(user). Allow it: sudo chown \(user) \(path)"
        case .readOnlyFileSystem:
            "The data folder \(path) is on a file system that is mounted read-only. Mount it for writing, or give another folder: --data-dir DIR"
        case .cannotBeMade:
            "The data folder \(path) does not exist and cannot be made by \(user). Make it: sudo install -d -o \(user) \(path)"
        }
    }
}
