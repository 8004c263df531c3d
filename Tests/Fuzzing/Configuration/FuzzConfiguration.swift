import Foundation
import HearthScheduling

@testable import HearthServer

private let folder = NSTemporaryDirectory() + "hearth-fuzz-\(ProcessInfo.processInfo.processIdentifier)"

/// What libFuzzer calls with bytes of its own making: a configuration file, and behind a zero byte lines of `NAME=VALUE` for the
/// environment.
///
/// It is accepted or it is refused with faults that can be printed; nothing may trap, hang or grow beyond measure.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzConfiguration(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let file = parts.first.map { Data($0) } ?? Data()
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard (try? file.write(to: URL(filePath: folder + "/hearth.yaml"))) != nil else { return 0 }
    var environment: [String: String] = [:]
    for line in (parts.dropFirst().first ?? []).split(separator: UInt8(ascii: "\n")).prefix(20) {
        let words = line.split(separator: UInt8(ascii: "="), maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        if words.count == 2 { environment[words[0]] = words[1] }
    }
    do {
        let loaded = try ConfigurationLoader.load(from: .init(environment: environment, directory: folder), for: .serve)
        precondition(loaded.configuration.listener.limits.connections > 0, "a limit outside its range")
        for setting in loaded.settings { precondition(setting.shown.count < 100_000, "a value without end") }
    } catch {
        precondition(!error.faults.isEmpty, "refused without a reason")
        for fault in error.faults { precondition(!fault.line.isEmpty, "a fault that says nothing") }
    }
    return 0
}
