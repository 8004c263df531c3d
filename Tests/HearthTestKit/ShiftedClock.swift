import Foundation

/// A wall clock for a program that a test starts: it differs from the machine's by as much as the test says, also while the program runs.
///
/// The program's monotonic clock and its timers are the machine's, as after a correction by NTP or by hand.
package final class ShiftedClock: Sendable {
    private let folder: TemporaryFolder

    package init(shift: Duration = .zero) throws {
        folder = try TemporaryFolder(named: "hearth-clock")
        try Data(count: 8).write(to: URL(filePath: path))
        try set(shift)
    }

    private var path: String { folder.path + "/shift" }

    /// What the program must find in its environment.
    package func environment() throws -> [String: String] {
        let library = URL(filePath: try HearthBinary.path()).deletingLastPathComponent().appending(path: "libShiftedClock.so").path
        guard FileManager.default.fileExists(atPath: library) else {
            throw RunningProgram.Failure("\(library) is not there. Build it: swift build --product ShiftedClock")
        }
        return ["LD_PRELOAD": library, "SHIFTED_CLOCK_FILE": path]
    }

    /// Makes the clock differ by this from now on.
    package func set(_ shift: Duration) throws {
        // The program has the file in its memory: it is changed in its place, by one write.
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        let bits = UInt64(bitPattern: Int64(shift / .milliseconds(1))).littleEndian
        try file.write(contentsOf: Data((0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }))
    }
}
