/// Reads server-sent events (WHATWG HTML, 9.2.6) from pieces that may be cut anywhere.
///
/// Total: any bytes give events or none, and never a trap. Lines end with CR, LF or both; comments and fields other than `data` are
/// dropped; the lines of one event are joined by line feeds. An event without its empty line at the end never happened.
package struct EventStreamParser: Sendable {
    private let maximumEventBytes: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var isAfterCarriageReturn = false
    private var isAtStart = true

    /// - Parameter maximumEventBytes: longer lines and events end the reading.
    package init(maximumEventBytes: Int = 4 << 20) {
        self.maximumEventBytes = maximumEventBytes
    }

    /// The stream has a line or an event that is longer than allowed.
    package struct TooLong: Error {
        package init() {}
    }

    /// The data of the events that are complete now.
    package mutating func receive(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            let wasCarriageReturn = isAfterCarriageReturn
            isAfterCarriageReturn = byte == 0x0d
            switch byte {
            case 0x0a where wasCarriageReturn:
                // The second half of a line end.
                continue
            case 0x0a, 0x0d:
                if let event = endLine() { events.append(event) }
            default:
                guard line.count + data.count < maximumEventBytes else { throw TooLong() }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> [UInt8]? {
        if isAtStart {
            isAtStart = false
            // A byte-order mark is no part of the first line.
            if line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        }
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        guard line[..<(colon ?? line.endIndex)].elementsEqual("data".utf8) else { return nil }
        var value = colon.map { line[($0 + 1)...] } ?? []
        if value.first == 0x20 { value = value.dropFirst() }
        if hasData { data.append(0x0a) }
        data += value
        hasData = true
        return nil
    }

    private mutating func endEvent() -> [UInt8]? {
        guard hasData else { return nil }
        defer {
            data = []
            hasData = false
        }
        return data.isEmpty ? nil : data
    }
}
