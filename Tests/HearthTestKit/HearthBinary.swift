import Foundation

/// The program under test, as `swift build` leaves it.
package enum HearthBinary {
    /// `HEARTH_BINARY`, or the program beside the test bundle, or `.build/debug/hearth` of the package.
    package static func path() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["HEARTH_BINARY"], !named.isEmpty { return try existing([named]) }
        let bundle = URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
        return try existing([bundle.appending(path: "hearth").path, packageRoot + "/.build/debug/hearth"])
    }

    /// The folder with `Package.swift`.
    package static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static func existing(_ candidates: [String]) throws -> String {
        if let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) { return found }
        throw RunningProgram.Failure(
            "The program hearth is not at \(candidates.joined(separator: " or ")). Build it: swift build --product hearth")
    }
}
