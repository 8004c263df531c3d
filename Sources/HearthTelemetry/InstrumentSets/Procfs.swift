#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads the small files of procfs.
///
/// Written here and not in the drivers' target because telemetry stands below it; the pointers below live for one call each.
package enum Procfs {
    /// The files that are read have some hundred bytes, `/proc/stat` of a large machine some ten thousand.
    package static let maximumBytes = 1 << 18

    /// The text of a file whose size the kernel does not tell beforehand, up to a bound; nil where it cannot be read.
    ///
    /// Foundation takes the end of the first page of such a file for the file's end now and then.
    package static func text(_ path: String, maximumBytes: Int = Self.maximumBytes) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while bytes.count < maximumBytes {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How many entries a folder has, without the one that looking at it adds to `/proc/self/fd`.
    static func entryCount(of path: String) -> Int? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // `.`, `..` and the descriptor of the folder itself.
        return max(0, count - 3)
    }
}
