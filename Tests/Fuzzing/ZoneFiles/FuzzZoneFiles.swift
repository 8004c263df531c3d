import Foundation
import HearthScheduling
import HearthTelemetry

private let folder: String = {
    let folder = NSTemporaryDirectory() + "hearth-fuzz-zones-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
}()

private let expressions = ["* * * * *", "30 2 * * *", "0 0 29 2 *", "59 23 L * FRI#5", "*/7 1 * * *"]

/// What libFuzzer calls with bytes of its own making: a zone file. Whatever it holds, reading it ends in rules or an error, and searching by
/// those rules ends.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzZoneFiles(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Data(UnsafeBufferPointer(start: start, count: count))
    guard FileManager.default.createFile(atPath: folder + "/Fuzz", contents: bytes) else { return 0 }
    // A new directory each time, because it remembers what it has read.
    let zones = ZoneDirectory(path: folder)
    let seed = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    do throws(ScheduleError) {
        for (index, text) in expressions.enumerated() {
            let schedule = try Schedule.parse(text, timezone: "Fuzz", zones: zones)
            // From 1970 to about 2500, and now and then anywhere.
            let moment = Timestamp(seconds: index == 0 ? Int64(bitPattern: seed) >> 20 : Int64(seed % 16_000_000_000))
            if let next = schedule.next(after: moment) { precondition(next.instant > moment, "the next firing is not later") }
            if let last = schedule.previous(before: moment) { precondition(last.instant < moment, "the previous firing is not earlier") }
        }
    } catch {
        precondition(!error.message.isEmpty, "an error without words")
    }
    return 0
}
