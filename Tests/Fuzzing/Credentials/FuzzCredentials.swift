import HearthServer

/// What libFuzzer calls with bytes of its own making: a credential, and lists and addresses that credentials come with.
///
/// Nothing may trap, and what is read as Base64 must be the one way of writing those bytes.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzCredentials(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    precondition(CredentialCheck.holds(for: bytes), "a credential is read in two ways")
    return 0
}
