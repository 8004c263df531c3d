import Foundation

/// The files that one SQLite database consists of, as the file system tells them apart.
enum DatabaseFiles {
    /// A file, whatever it is called.
    struct Inode: Equatable, Sendable {
        var device: Int
        var number: Int
    }

    /// Which files are under a database's names; nil for one that is absent.
    struct Identity: Equatable, Sendable {
        var main: Inode?
        /// The write-ahead log and its index, by their suffixes.
        var companions: [String: Inode]
    }

    static let logSuffix = "-wal"
    private static let indexSuffix = "-shm"

    static func identity(at path: String) -> Identity {
        var companions: [String: Inode] = [:]
        for suffix in [logSuffix, indexSuffix] { companions[suffix] = inode(of: path + suffix) }
        return Identity(main: inode(of: path), companions: companions)
    }

    /// Removes the log and the index that still belong to a file that is no longer under the name; those of others are left alone.
    static func removeCompanions(of path: String, ownedBy identity: Identity) {
        for (suffix, known) in identity.companions where inode(of: path + suffix) == known {
            // One that cannot be removed is noticed by the check of the database that is opened next.
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    /// Bytes; 0 for a file that is absent.
    static func size(of path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
    }

    private static func inode(of path: String) -> Inode? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let device = attributes[.systemNumber] as? NSNumber, let number = attributes[.systemFileNumber] as? NSNumber
        else { return nil }
        return Inode(device: device.intValue, number: number.intValue)
    }
}
