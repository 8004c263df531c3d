import Foundation
import HearthTelemetry
import Testing

@testable import HearthScheduling

@Suite("Zone files")
struct TimeZoneRulesTests {
    private static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try #require(FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)")))
    }

    @Test(
        "offsets agree with Foundation's reader",
        arguments: [
            "Europe/Athens", "Europe/Dublin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia",
            "Asia/Kathmandu",
            "Asia/Tehran", "Pacific/Chatham", "Africa/Casablanca",
        ])
    func offsets(name: String) throws {
        let zone = try #require(try ZoneDirectory.system.rules(named: name))
        let foundation = try #require(TimeZone(identifier: name))
        var random = SplitMix64(seed: 11)
        for _ in 0..<2000 {
            let second = Int64.random(in: 200_000_000...1_640_000_000, using: &random)
            let expected = foundation.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second)))
            #expect(zone.interval(at: second).offset == Int64(expected), "\(name) at \(Timestamp(seconds: second))")
        }
    }

    @Test("intervals join without gaps, far into the future", arguments: ["Europe/Athens", "Asia/Gaza", "America/Nuuk", "Europe/Dublin"])
    func intervals(name: String) throws {
        let zone = try #require(try ZoneDirectory.system.rules(named: name))
        var second: Int64 = -3_000_000_000
        var count = 0
        while second < 60_000_000_000 {
            let interval = zone.interval(at: second)
            #expect(interval.start <= second && second < interval.end)
            #expect(zone.interval(at: interval.end - 1) == interval)
            #expect(zone.interval(at: interval.end).start == interval.end)
            second = interval.end
            count += 1
        }
        #expect(count > 3000)
    }

    @Test("a file cut short anywhere is an error, never a trap")
    func truncated() throws {
        let whole = try Self.bytes("Europe/Athens")
        _ = try TZifReader.read(whole, name: "whole")
        for length in 0..<whole.count {
            #expect(throws: TZifReader.Fault.self) { try TZifReader.read(Array(whole.prefix(length)), name: "cut") }
        }
    }

    @Test("a file with any byte changed is read or refused, never a trap")
    func damaged() throws {
        let whole = try Self.bytes("Australia/Lord_Howe")
        var random = SplitMix64(seed: 3)
        for position in whole.indices {
            var bytes = whole
            bytes[position] = UInt8.random(in: 0...255, using: &random)
            guard let rules = try? TZifReader.read(bytes, name: "damaged") else { continue }
            _ = rules.interval(at: 1_800_000_000)
        }
    }

    @Test("files of version 1, with leap seconds or without the magic word are refused with the reason")
    func refused() throws {
        var versionOne = try Self.bytes("Europe/Athens")
        versionOne[4] = 0
        #expect(throws: TZifReader.Fault.versionOne) { try TZifReader.read(versionOne, name: "x") }
        #expect(throws: TZifReader.Fault.notAZoneFile) {
            try TZifReader.read(Array("not a zone file, but long enough to be looked at".utf8), name: "x")
        }
        #expect(throws: TZifReader.Fault.leapSeconds) { try TZifReader.read(try Self.bytes("right/Europe/Athens"), name: "x") }
    }

    @Test("a missing or damaged file stops the schedule instead of becoming UTC")
    func missing() throws {
        let folder = NSTemporaryDirectory() + "hearth-zones-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = ZoneDirectory(path: folder)
        let absent = #expect(throws: ScheduleError.self) { try directory.rules(named: "Europe/Athens") }
        #expect(absent?.code == .unknownZone && absent?.message.contains("tzdata") == true)
        try FileManager.default.createDirectory(atPath: folder + "/Europe", withIntermediateDirectories: true)
        try Data("TZif".utf8).write(to: URL(fileURLWithPath: folder + "/Europe/Athens"))
        let damaged = #expect(throws: ScheduleError.self) { try directory.rules(named: "Europe/Athens") }
        #expect(damaged?.code == .damagedZone)
        #expect(try directory.rules(named: "UTC") == nil)
    }

    @Test(
        "rules of footers",
        arguments: [
            ("EST5EDT,M3.2.0,M11.1.0", -18_000, -14_400), ("<+03>-3", 10_800, 10_800), ("IST-1GMT0,M10.5.0,M3.5.0/1", 3600, 0),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600), ("NZST-12:45NZDT-13:45,J60,300/24:30:15", 45_900, 49_500),
        ])
    func footers(text: String, standard: Int64, saving: Int64) throws {
        let rule = try #require(POSIXZoneRule(Array(text.utf8)))
        #expect(rule.standardOffset == standard)
        #expect(rule.saving?.offset ?? standard == saving)
    }

    @Test(
        "what is no rule",
        arguments: [
            "", "E5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "<EST5", "EST25",
            "EST5EDT,J0,J1",
        ])
    func noRules(text: String) {
        #expect(POSIXZoneRule(Array(text.utf8)) == nil)
    }
}
