import Foundation
package import HearthTelemetry

/// Which Hearth this is.
package enum BuildIdentity {
    package static let version = HearthVersion.number

    /// The version with the commit, as far as it is known.
    ///
    /// The commit is read from `hearth.revision` beside the executable, which `make build` writes: compiled in, every commit would
    /// rebuild everything. A file older than the executable belongs to another build and is ignored.
    package static func current(executable: String? = nil) -> BuildInfo {
        guard let executable = executable ?? runningExecutable, let revision = revision(beside: executable) else {
            return BuildInfo(version: version)
        }
        return BuildInfo(version: version, revision: revision)
    }

    private static var runningExecutable: String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    private static func revision(beside executable: String) -> String? {
        let path = executable + ".revision"
        guard let written = modified(path), let built = modified(executable), written >= built,
            let text = try? BoundedFile.text(at: path, limit: 200)
        else { return nil }
        let revision = SettingText.trimmed(text)
        let isSane = (1...64).contains(revision.utf8.count) && revision.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isSane ? revision : nil
    }

    private static func modified(_ path: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }
}
