import Foundation
import HearthTelemetry

/// Where dashboards, rules and runbooks are kept.
enum MonitoringFiles {
    static let names = ["grafana", "alerts", "runbooks"]

    static func isFolder(_ path: String) -> Bool {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: target))?[.type] as? FileAttributeType == .typeDirectory
    }

    /// Those that a folder has.
    static func folders(in folder: String) -> [String] { names.map { folder == "." ? $0 : folder + "/" + $0 }.filter(isFolder) }

    /// Every file that may ask for metrics, in the order of the names.
    static func paths(in folder: String) -> [String] {
        folders(in: folder).flatMap { folder in
            ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [])
                .filter { path in ReferenceLint.endings.contains(where: path.hasSuffix) }
                .sorted().map { folder + "/" + $0 }
        }
    }
}
