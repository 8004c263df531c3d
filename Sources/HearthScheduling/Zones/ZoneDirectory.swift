import FoundationEssentials
import Synchronization

/// The system's zone files, read once per zone.
///
/// FoundationEssentials is used for file access only.
package final class ZoneDirectory: Sendable {
    /// A bound on the cache; there are about 600 names in the database.
    private static let maximumZones = 1000
    private static let maximumFileSize = 1 << 20

    fileprivate enum Entry {
        case utc
        case rules(TimeZoneRules)
    }

    /// `/usr/share/zoneinfo`.
    package static let system = ZoneDirectory(path: "/usr/share/zoneinfo")

    package let path: String
    private let cache = Mutex<[String: Entry]>([:])

    package init(path: String) {
        self.path = path
    }

    /// The rules of a zone, or nil for UTC under any of its names.
    ///
    /// UTC needs no file; every other name must have one, and a missing or damaged file is an error, never UTC.
    package func rules(named name: String) throws(ScheduleError) -> TimeZoneRules? {
        if name == "UTC" || name == "Etc/UTC" { return nil }
        if let entry = cache.withLock({ $0[name] }) { return entry.rules }
        guard Self.isPlausible(name), let bytes = try read(name) else { throw unknown(name) }
        let rules: TimeZoneRules
        do {
            rules = try TZifReader.read(bytes, name: name)
        } catch {
            throw ScheduleError(
                .damagedZone,
                "The zone file \(path)/\(name) \(error.explanation); reinstall the time zone data (Debian: apt-get install --reinstall tzdata)."
            )
        }
        let entry = rules.isUTC ? Entry.utc : .rules(rules)
        cache.withLock { cache in
            if cache.count < Self.maximumZones { cache[name] = entry }
        }
        return entry.rules
    }

    /// The release of the zone database, `2025b`, where the directory tells.
    package func version() -> String? {
        if let bytes = contents(of: "+VERSION", limit: 64) {
            return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        }
        guard let bytes = contents(of: "tzdata.zi", limit: .max) else { return nil }
        let line = String(decoding: bytes.prefix(64).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard line.hasPrefix("# version ") else { return nil }
        return String(line.dropFirst("# version ".count))
    }

    /// Letters, digits, `_`, `+`, `-` in parts joined by `/`; not the directory's own variants and aliases.
    private static func isPlausible(_ name: String) -> Bool {
        guard name.utf8.count <= 64, !["localtime", "posixrules", "Factory"].contains(name) else { return false }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, first != "posix", first != "right" else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                }
        }
    }

    private func read(_ name: String) throws(ScheduleError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ScheduleError(
                .unknownZone,
                "The time zone \(name) needs the zone files in \(path), which does not exist; install them (Debian: apt-get install tzdata) or use UTC."
            )
        }
        return contents(of: name, limit: Self.maximumFileSize)
    }

    private func contents(of name: String, limit: Int) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: "\(path)/\(name)"), data.count <= limit else { return nil }
        return [UInt8](data)
    }

    private func unknown(_ name: String) -> ScheduleError {
        let known = knownNames()
        guard let nearest = NearestName.find(name, in: known) else {
            return ScheduleError(
                .unknownZone, "There is no time zone \"\(name)\" in \(path); use an IANA name such as Europe/Athens, or UTC.")
        }
        return ScheduleError(.unknownZone, "There is no time zone \"\(name)\" in \(path); did you mean \(nearest)?", suggestion: nearest)
    }

    /// Names from the directory's index, read for error messages only.
    private func knownNames() -> [String] {
        var names = ["UTC"]
        guard let bytes = contents(of: "tzdata.zi", limit: .max) else { return names }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            // "Z name offset …" defines a zone and "L target name" a second name of one.
            if words.count > 1, words[0].elementsEqual("Z".utf8) { names.append(String(decoding: words[1], as: UTF8.self)) }
            if words.count == 3, words[0].elementsEqual("L".utf8) { names.append(String(decoding: words[2], as: UTF8.self)) }
        }
        return names
    }
}

extension ZoneDirectory.Entry {
    fileprivate var rules: TimeZoneRules? {
        switch self {
        case .utc: nil
        case .rules(let rules): rules
        }
    }
}
