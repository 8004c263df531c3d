import Foundation
import HearthTestKit

/// A program of Prometheus that these tests ask; where it is missing they fail, because nothing else knows the answer.
struct InstalledTool: Sendable {
    static let promtool = InstalledTool(path: "/usr/bin/promtool", package: "prometheus")
    static let amtool = InstalledTool(path: "/usr/bin/amtool", package: "prometheus-alertmanager")
    static let alertmanager = InstalledTool(path: "/usr/bin/prometheus-alertmanager", package: "prometheus-alertmanager")

    var path: String
    /// The Debian package that has it.
    var package: String

    struct Answer: Sendable {
        var status: Int32
        var text: String
    }

    func start(_ arguments: [String], in folder: String = Repository.root.path) throws -> RunningProgram {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw RunningProgram.Failure("\(path) is missing. Install it: apt-get install \(package)")
        }
        return try RunningProgram(path, arguments, folder: folder)
    }

    /// Runs it to its end; its two outputs are joined.
    func run(_ arguments: [String], in folder: String = Repository.root.path) async throws -> Answer {
        let program = try start(arguments, in: folder)
        let ending = try await program.waitForEnd(within: .seconds(120))
        return Answer(status: ending.status, text: program.output + program.errors)
    }
}
