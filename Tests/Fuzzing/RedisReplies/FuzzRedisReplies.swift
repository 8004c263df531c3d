import NIOCore

@testable import HearthDrivers

/// What libFuzzer calls with bytes of its own making: what a server sends instead of Redis, behind one byte that tells where it is cut.
///
/// Nothing may trap or read beyond what came; pieces give the same replies as the whole, and the same refusal.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzRedisReplies(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let stream = Array(bytes.dropFirst())
    let step = Int(first) + 1
    let pieces = stride(from: 0, to: stream.count, by: step).map { Array(stream[$0..<min($0 + step, stream.count)]) }
    let (whole, cut) = (read([stream]), read(pieces))
    precondition(whole.isRefused == cut.isRefused, "refused only in one way of cutting")
    precondition(whole.replies == cut.replies, "pieces tell something else than the whole")
    return 0
}

private func read(_ pieces: [[UInt8]]) -> (replies: [RedisValue], isRefused: Bool) {
    guard var reader = RedisReplyReader(limits: .init(bytes: 1 << 16, elements: 1 << 10)) else { return ([], true) }
    var replies: [RedisValue] = []
    for piece in pieces {
        do throws(RedisReplyReader.Violation) {
            try reader.read(ByteBuffer(bytes: piece)) { replies.append($0) }
        } catch {
            return (replies, true)
        }
    }
    return (replies, false)
}
