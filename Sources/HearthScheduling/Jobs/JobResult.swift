package import HearthTelemetry

/// What a job did, in its own counts; kept with the run as at most 4 KiB of JSON.
package struct JobResult: Sendable, Equatable {
    /// Names are letters, digits and `_-.`, at most 64 bytes; other characters become `_`. At most 40 counts are kept, the first by name.
    package private(set) var counts: [String: Int64]
    /// The data the run worked on, for jobs that work on a window.
    package var windowFrom: Timestamp?
    package var windowTo: Timestamp?
    /// Things handled, in the job's own unit.
    package var items: Int64?
    package var bytes: Int64?

    package init(
        counts: [String: Int64] = [:], windowFrom: Timestamp? = nil, windowTo: Timestamp? = nil, items: Int64? = nil, bytes: Int64? = nil
    ) {
        self.counts = [:]
        self.windowFrom = windowFrom
        self.windowTo = windowTo
        self.items = items
        self.bytes = bytes
        for (name, count) in counts.sorted(by: { $0.key < $1.key }).prefix(40) {
            self.counts[Self.tidy(name)] = count
        }
    }

    /// Done, nothing to count.
    package static let done = JobResult()

    /// The counts as one JSON object with sorted names.
    package var json: String {
        "{" + counts.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    /// Reads what ``json`` wrote, with or without spaces, which databases add; anything else gives nil.
    package static func counts(json: String) -> [String: Int64]? {
        let json = json.filter { $0 != " " }
        guard json.hasPrefix("{"), json.hasSuffix("}") else { return nil }
        var counts: [String: Int64] = [:]
        for pair in json.dropFirst().dropLast().split(separator: ",") {
            let parts = pair.split(separator: ":")
            guard parts.count == 2, parts[0].count >= 2, let count = Int64(parts[1]) else { return nil }
            counts[String(parts[0].dropFirst().dropLast())] = count
        }
        return counts
    }

    private static func tidy(_ name: String) -> String {
        let bytes = name.utf8.prefix(64).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
