import CZlib

/// The gzip format, by zlib.
package enum Gzip {
    /// 1 is the fastest level, and takes a scrape of 320 KB to an eighteenth; the slowest takes five times as long to gain a fifth of that.
    package static let fastest: Int32 = 1

    /// The bytes in the gzip format, or nil where zlib has no memory; then they are sent as they are.
    package static func compress(_ bytes: [UInt8], level: Int32 = fastest) -> [UInt8]? {
        let capacity = hearth_gzip_bound(bytes.count)
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            // Both buffers live until the call returns, and it is told how long they are.
            count = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe hearth_gzip(input.baseAddress, input.count, output.baseAddress, capacity, level)
            }
        }
        return compressed.isEmpty ? nil : compressed
    }
}
