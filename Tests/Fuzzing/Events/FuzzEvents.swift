import HearthUpstream

/// What libFuzzer calls with bytes of its own making: a stream of server-sent events, behind one byte that tells where it is cut.
///
/// Nothing may trap; pieces give the same events as the whole, none is longer than allowed, and what they add up to can be written.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzEvents(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let stream = Array(bytes.dropFirst())
    let whole = events(of: [stream[...]])
    let step = Int(first) + 1
    let pieces = stride(from: 0, to: stream.count, by: step).map { stream[$0..<min($0 + step, stream.count)] }
    precondition(events(of: pieces) == whole, "pieces tell something else than the whole")
    var assembly = ChatStreamAssembly()
    for event in whole {
        precondition(event.count <= maximumBytes, "an event over the limit")
        if let tree = JSONTree(event) { _ = assembly.add(tree) }
    }
    if let completion = assembly.completion {
        precondition(JSONTree(completion.bytes) == completion, "the answer reads differently than it was put together")
    }
    return 0
}

private let maximumBytes = 2048

/// The events before the first line or event that is too long.
private func events(of pieces: [ArraySlice<UInt8>]) -> [[UInt8]] {
    var parser = EventStreamParser(maximumEventBytes: maximumBytes)
    var events: [[UInt8]] = []
    for byte in pieces.joined() where pieces.count > 1 {
        guard let more = try? parser.receive(CollectionOfOne(byte)) else { return events }
        events += more
    }
    if pieces.count == 1, let all = try? parser.receive(pieces[0]) { return all }
    if pieces.count == 1 {
        var again = EventStreamParser(maximumEventBytes: maximumBytes)
        for byte in pieces[0] {
            guard let more = try? again.receive(CollectionOfOne(byte)) else { return events }
            events += more
        }
    }
    return events
}
