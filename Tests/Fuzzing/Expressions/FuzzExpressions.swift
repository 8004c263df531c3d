import HearthScheduling
import HearthTelemetry

/// What libFuzzer calls with bytes of its own making: an expression, preceded by one byte of options and eight of a moment.
///
/// Nothing may trap or hang; what is accepted must have firings in order, and a suggested spelling must be accepted too.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzExpressions(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count > 9 else { return 0 }
    let options = bytes[0]
    let moment = bytes[1..<9].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let text = String(decoding: bytes[9...], as: UTF8.self)
    let dialect: CronDialect = [.standard, .vixie, .ocps][Int(options % 3)]
    let zones: [String?] = [nil, "Europe/Athens", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia"]
    let zone = zones[Int(options / 3) % zones.count]
    do throws(ScheduleError) {
        let schedule = try Schedule.parse(text, dialect: dialect, timezone: zone, seconds: options >= 128)
        check(schedule, around: Timestamp(milliseconds: Int64(bitPattern: moment) >> 10))
    } catch {
        precondition(!error.message.isEmpty, "an error without words")
    }
    return 0
}

private func check(_ schedule: Schedule, around moment: Timestamp) {
    _ = CronWords.describe(schedule)
    guard schedule.isTimed else { return }
    precondition(schedule.isSatisfiable, "an impossible schedule was accepted")
    if let next = schedule.next(after: moment) {
        precondition(next.instant > moment, "the next firing is not later")
        if let back = schedule.previous(before: next.instant) { precondition(back.instant <= moment, "a firing was left out") }
        precondition(schedule.previous(before: next.instant + .milliseconds(1)) == next, "two readings of one firing")
    }
    if let previous = schedule.previous(before: moment) { precondition(previous.instant < moment, "the previous firing is not earlier") }
}
