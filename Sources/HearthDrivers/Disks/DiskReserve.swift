import Foundation
import Glibc

/// A file that keeps some room of a disk for the moment when nothing else is left of it.
///
/// A database that is to become smaller writes first: what it removes goes through its log. On a full disk it could not even do that.
package struct DiskReserve: Sendable {
    package let path: String
    package let bytes: Int
    /// So many times its size must be free beside it, so that the reserve itself fills no disk.
    private static let margin = 2.0

    package init(path: String, bytes: Int) {
        self.path = path
        self.bytes = bytes
    }

    /// What the file holds now, bytes.
    package var heldBytes: Int { (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0 }

    /// Makes the file where it is missing and there is enough room for it. A disk that refuses has none to keep; the next call tries again.
    package func keep() {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        guard heldBytes < bytes, let space = try? DiskSpace(of: folder) else { return }
        guard space.freeBytes >= Double(bytes) * (1 + Self.margin) else { return }
        // The string lives for the call only.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else { return }
        defer { close(file) }
        // Blocks, not just a length: a file with holes keeps no room.
        if posix_fallocate(file, 0, off_t(bytes)) != 0 { giveUp() }
    }

    /// Gives the room to whoever writes next.
    package func giveUp() { _ = unsafe unlink(path) }
}
