import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Expositions as Prometheus' client for Python reads them", .timeLimit(.minutes(10)))
struct PythonTests {
    /// Debian's, which has Debian's packages.
    private static let python = "/usr/bin/python3"

    @Test("A hostile registry is read without a complaint, and with the same series from both texts", arguments: [1, 2, 3, 4] as [UInt64])
    func sameSeries(seed: UInt64) async throws {
        let registry = RandomRegistry.make(seed: seed)
        let text = try await Self.read(registry.render(.text), as: "text")
        let open = try await Self.read(registry.render(.openMetrics), as: "openmetrics")
        #expect(text.values.count > 200)
        #expect(text.repeated.isEmpty && open.repeated.isEmpty, "\(text.repeated) \(open.repeated)")
        #expect(text == open, "\(text.differences(from: open).joined(separator: "\n"))")
        #expect(text.bounds.allSatisfy { $0 == "+Inf" || Double($0).map(CanonicalNumber.text) == $0 })
    }

    @Test("Our own lint finds no fault with it either", arguments: 1...8 as ClosedRange<UInt64>)
    func lint(seed: UInt64) {
        let registry = RandomRegistry.make(seed: seed)
        for format in [ExpositionFormat.text, .openMetrics] {
            let findings = ExpositionLint.check(String(decoding: registry.render(format), as: UTF8.self), holdsCatalogue: false)
            #expect(findings.isEmpty, "\(findings.prefix(5))")
        }
    }

    private static func read(_ bytes: [UInt8], as syntax: String) async throws -> ParsedSeries {
        let folder = try TemporaryFolder(named: "hearth-python")
        let path = folder.path + "/metrics"
        try Data(bytes).write(to: URL(filePath: path))
        let program = try RunningProgram(
            python, [Repository.root.appendingPathComponent("Tests/Peers/parse_metrics.py").path, syntax, path], folder: folder.path,
            environment: ["PATH": "/usr/bin:/bin"])
        let ending = try await program.waitForEnd()
        guard ending.status == 0 else {
            throw RunningProgram.Failure(
                "\(program.errors.suffix(2000)) If it is not there, install it: apt-get install python3-prometheus-client")
        }
        var series = ParsedSeries()
        for line in program.outputLines {
            let sample = JSONNode(line) ?? .null
            guard let name = sample["name"].text, name.hasPrefix("test_"), case .object(let labels) = sample["labels"] else { continue }
            series.add(name, labels, sample["value"].text ?? "")
        }
        return series
    }
}
