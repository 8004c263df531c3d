/// The slot of a key on a Redis Cluster.
package enum RedisSlot {
    package static let count = 16_384

    /// CRC16 (XMODEM: polynomial 0x1021) of the key or of the part between its first braces, modulo 16,384.
    ///
    /// Source: the Redis Cluster specification, "Key distribution model" and "Hash tags".
    package static func of(_ key: some StringProtocol) -> Int {
        var bytes = Array(key.utf8)[...]
        if let open = bytes.firstIndex(of: UInt8(ascii: "{")), let close = bytes[(open + 1)...].firstIndex(of: UInt8(ascii: "}")),
            close > open + 1
        {
            bytes = bytes[(open + 1)..<close]
        }
        var crc: UInt16 = 0
        for byte in bytes {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
        }
        return Int(crc) % count
    }
}
