import Foundation
import HearthDrivers
import Testing

@Suite("gzip")
struct GzipTests {
    @Test("What it writes is read back by another implementation", arguments: [0, 1, 100, 70_000, 1_000_000])
    func roundTrip(size: Int) throws {
        var state: UInt32 = 1
        // Text-like: repetitions with noise.
        let bytes = (0..<size).map { index -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return index % 7 == 0 ? UInt8(truncatingIfNeeded: state >> 24) : UInt8(truncatingIfNeeded: index % 60 + 40)
        }
        let compressed = try #require(Gzip.compress(bytes))
        #expect(Array(compressed.prefix(2)) == [0x1F, 0x8B])
        #expect(try Self.gunzip(compressed) == bytes)
    }

    @Test("Bytes without any pattern fit too, though they grow")
    func incompressible() throws {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<200_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let compressed = try #require(Gzip.compress(bytes))
        #expect(try Self.gunzip(compressed) == bytes)
    }

    /// The program gzip, which every Debian has.
    private static func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("hearth-\(UUID().uuidString).gz")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", file.path]
        process.standardOutput = output
        try process.run()
        let read = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return Array(read)
    }
}
