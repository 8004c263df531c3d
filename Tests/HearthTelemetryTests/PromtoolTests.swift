import Foundation
import HearthTelemetry
import Testing

/// The judgement of Prometheus' own tool; Debian's package `prometheus` has it.
struct PromtoolTests {
    private static let promtool = "/usr/bin/promtool"

    @Test(
        "promtool finds no fault with the metrics of a full registry",
        .enabled(if: FileManager.default.isExecutableFile(atPath: promtool), "promtool is not installed (Debian package prometheus)"))
    func check() throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.promtool)
        process.arguments = ["check", "metrics"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let body = Data(FullRegistry.make().render(.text))
        #expect(body.count > 10_000)
        Thread.detachNewThread {
            try? input.fileHandleForWriting.write(contentsOf: body)
            try? input.fileHandleForWriting.close()
        }
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(String(decoding: said, as: UTF8.self).isEmpty)
        #expect(process.terminationStatus == 0)
    }
}
