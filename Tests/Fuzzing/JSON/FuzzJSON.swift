import Foundation
import HearthServer

/// What libFuzzer calls with bytes of its own making: the body of a question, read by both ways.
///
/// Neither may trap, and what the short way understands the other must understand as the same question.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let verdict = QueryBodyCheck.compare(bytes)
    precondition(verdict != .contradiction, "the two ways read different questions")
    return 0
}
