import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthScheduling

/// Random schedules in many zones against the definition. `HEARTH_TEST_LONG=1` multiplies the cases.
@Suite("Expressions: the search agrees with the definition")
struct SchedulePropertyTests {
    static let zones = [
        "UTC", "Europe/Athens", "Europe/Dublin", "Europe/London", "Europe/Lisbon", "America/New_York", "America/Santiago",
        "America/St_Johns",
        "America/Sao_Paulo", "America/Nuuk", "Africa/Cairo", "Africa/Casablanca", "Asia/Tehran", "Asia/Gaza", "Asia/Jerusalem",
        "Asia/Kathmandu", "Asia/Tokyo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Chatham", "Antarctica/Troll",
        "America/Caracas", "Asia/Pyongyang",
    ]

    static var cases: Int { ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 5000 : 100_000 }

    /// Instants near changes of offset in 2005 to 2045, and any others.
    static func instant(in schedule: Schedule, using random: inout SplitMix64) -> Int64 {
        let any = Int64.random(in: 1_104_537_600...2_366_841_600, using: &random)
        guard Bool.random(using: &random), let zone = schedule.zone else { return any }
        let change = zone.interval(at: any).end
        guard change < 4_000_000_000 else { return any }
        return change + Int64.random(in: -5400...5400, using: &random)
    }

    static func expression(using random: inout SplitMix64) -> String {
        func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "*" }
        func number(_ range: ClosedRange<Int>) -> String { String(Int.random(in: range, using: &random)) }
        let minute = pick([
            "*", "*/5", "*/7", "0", "30", "15,45", "10-20", "0-59/20", number(0...59), "\(number(0...29))-\(number(30...59))",
        ])
        let hour = pick(["*", "*/2", "*/3", "0", "1", "2", "3", "2,3", "0-4", number(0...23), "\(number(0...11))-\(number(12...23))"])
        let day = pick(["*", "*", "*", "1", "L", "LW", "L-2", "15W", "1W,15", "10-20", "1-31/2", number(1...28), "?"])
        let month = pick(["*", "*", "*", "3,10", "4", "JAN-JUN", number(1...12)])
        let weekday = pick(["*", "*", "*", "SUN", "1-5", "6,7", "SUNL", "1#2", "+7", "+1-5", number(0...7)])
        return "\(minute) \(hour) \(day) \(month) \(weekday)"
    }

    @Test("next and previous are the nearest firings of the definition")
    func agreement() async throws {
        try await QuietThread.run { try Self.checkAgreement() }
    }

    private static func checkAgreement() throws {
        for seed in 0..<UInt64(Self.cases) {
            var random = SplitMix64(seed: seed)
            let text = Self.expression(using: &random)
            let zone = Self.zones.randomElement(using: &random) ?? "UTC"
            guard let schedule = try? Schedule.parse(text, timezone: zone) else { continue }
            let reference = BruteForceSchedule(schedule: schedule)
            let after = Self.instant(in: schedule, using: &random)
            // Three hours of seconds by definition, which cover a change and both sides of it.
            let window = after - 5400...after + 5400
            let expected = reference.firings(in: window)
            let next = schedule.next(after: Timestamp(seconds: after))
            let previous = schedule.previous(before: Timestamp(seconds: after))
            let context: Comment = "seed \(seed): \(text) in \(zone) at \(Timestamp(seconds: after).description)"
            if let first = expected.first(where: { $0 > after }) {
                #expect(next?.instant.seconds == first, context)
            } else if let next {
                #expect(next.instant.seconds > window.upperBound, context)
                try Self.checkDistant(next, of: reference, context)
            }
            if let last = expected.last(where: { $0 < after }) {
                #expect(previous?.instant.seconds == last, context)
            } else if let previous {
                #expect(previous.instant.seconds < window.lowerBound, context)
                try Self.checkDistant(previous, of: reference, context)
            }
            if let next { #expect(schedule.previous(before: next.instant + .milliseconds(1)) == next, context) }
        }
    }

    /// A firing far away is one by the definition.
    private static func checkDistant(_ firing: Firing, of reference: BruteForceSchedule, _ context: Comment) throws {
        let second = firing.instant.seconds
        #expect(reference.firings(in: second...second) == [second], context)
    }

    @Test("counting firings forwards and backwards over two years gives the same list")
    func bothDirections() throws {
        for seed in 0..<UInt64(Self.cases / 50) {
            var random = SplitMix64(seed: seed &+ 77)
            let text = Self.expression(using: &random)
            let zone = Self.zones.randomElement(using: &random) ?? "UTC"
            guard let schedule = try? Schedule.parse(text, timezone: zone) else { continue }
            let start = Timestamp(seconds: Self.instant(in: schedule, using: &random))
            let forwards = schedule.firings(after: start, count: 300)
            guard let last = forwards.last else { continue }
            var backwards: [Firing] = []
            var cursor = last.instant + .milliseconds(1)
            while let firing = schedule.previous(before: cursor), firing.instant > start {
                backwards.append(firing)
                cursor = firing.instant
            }
            #expect(backwards.reversed() == forwards, "seed \(seed): \(text) in \(zone) after \(start)")
        }
    }
}
