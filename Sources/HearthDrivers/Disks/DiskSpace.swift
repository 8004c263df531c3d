import Glibc

/// How large the disk of a folder is, and how much of it may still be used.
package struct DiskSpace: Sendable, Equatable {
    /// The system could not tell: the folder is gone, or its disk is.
    package struct Unreadable: Error, CustomStringConvertible {
        package let folder: String
        package let code: Int32

        package var description: String {
            "The system does not tell how full the disk of \(folder) is (error \(code)). Look whether the folder is there."
        }
    }

    /// Without what the file system keeps for root.
    package let freeBytes: Double
    package let sizeBytes: Double

    package init(of folder: String) throws(Unreadable) {
        var status = statvfs()
        // The pointer lives for the call only.
        guard unsafe statvfs(folder, &status) == 0 else { throw Unreadable(folder: folder, code: errno) }
        freeBytes = Double(status.f_bavail) * Double(status.f_frsize)
        sizeBytes = Double(status.f_blocks) * Double(status.f_frsize)
    }
}
