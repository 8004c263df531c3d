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
    private static let asideSuffix = ".aside"

    static func identity(at path: String) -> Identity {
        var companions: [String: Inode] = [:]
        for suffix in [logSuffix, indexSuffix] { companions[suffix] = inode(of: path + suffix) }
        return Identity(main: inode(of: path), companions: companions)
    }

    // The log and the index that belong to a file which is no longer under the name; those of others are left alone. Under their own names
    // they would be taken for those of the file that is opened there next.

    static func setCompanionsAside(of path: String, ownedBy identity: Identity) {
        // One that cannot be moved is noticed by the check of the database that is opened next.
        move(identity.companions, from: { path + $0 }, to: { path + $0 + asideSuffix })
    }

    static func hasCompanionsAside(of path: String, ownedBy identity: Identity) -> Bool {
        identity.companions.contains { inode(of: path + $0 + asideSuffix) == $1 }
    }

    /// The file is under its name again.
    static func putCompanionsBack(of path: String, ownedBy identity: Identity) {
        move(identity.companions, from: { path + $0 + asideSuffix }, to: { path + $0 })
    }

    static func removeCompanionsAside(of path: String, ownedBy identity: Identity) {
        for (suffix, known) in identity.companions where inode(of: path + suffix + asideSuffix) == known {
            try? FileManager.default.removeItem(atPath: path + suffix + asideSuffix)
        }
    }

    private static func move(_ companions: [String: Inode], from old: (String) -> String, to new: (String) -> String) {
        for (suffix, known) in companions where inode(of: old(suffix)) == known {
            try? FileManager.default.removeItem(atPath: new(suffix))
            try? FileManager.default.moveItem(atPath: old(suffix), toPath: new(suffix))
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
