import CZlib

/// The CRC-32 of zlib and PNG, by zlib.
package enum Checksum {
    package static func crc32(_ bytes: [UInt8]) -> UInt32 {
        // The buffer lives until the call returns, and it is told how long it is.
        unsafe bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: unsafe hearth_crc32($0.baseAddress, $0.count)) }
    }
}
