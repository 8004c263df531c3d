extension [UInt8] {
    /// Appends the UTF-8 form of a scalar value and extends the hash by its bytes.
    @inline(__always)
    mutating func append(scalar: UInt32, hash: inout UInt64) {
        if scalar < 0x80 {
            write(UInt8(truncatingIfNeeded: scalar), &hash)
        } else if scalar < 0x800 {
            write(UInt8(truncatingIfNeeded: 0xc0 | scalar >> 6), &hash)
            write(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3f), &hash)
        } else if scalar < 0x1_0000 {
            write(UInt8(truncatingIfNeeded: 0xe0 | scalar >> 12), &hash)
            write(UInt8(truncatingIfNeeded: 0x80 | (scalar >> 6) & 0x3f), &hash)
            write(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3f), &hash)
        } else {
            write(UInt8(truncatingIfNeeded: 0xf0 | scalar >> 18), &hash)
            write(UInt8(truncatingIfNeeded: 0x80 | (scalar >> 12) & 0x3f), &hash)
            write(UInt8(truncatingIfNeeded: 0x80 | (scalar >> 6) & 0x3f), &hash)
            write(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3f), &hash)
        }
    }

    @inline(__always)
    private mutating func write(_ byte: UInt8, _ hash: inout UInt64) {
        append(byte)
        hash = WordTable.extend(hash, with: byte)
    }
}
