extension LatencyHistogram {
    /// The layout of ``encoded()``: 64 buckets per power of two, nanoseconds.
    private static let layout: UInt8 = 1

    /// A compact form for the database, the same on every machine.
    ///
    /// One byte names the layout; then, for every non-empty bucket, the distance from the bucket before and the count follow as
    /// LEB128 numbers. An empty histogram is zero bytes. A typical minute takes 50 to 300 bytes.
    package func encoded() -> [UInt8] {
        guard count > 0 else { return [] }
        var bytes = [Self.layout]
        var previous = -1
        for (bucket, amount) in occupied where amount > 0 {
            bytes.append(number: UInt64(bucket - previous))
            bytes.append(number: UInt64(amount))
            previous = bucket
        }
        return bytes
    }

    /// Reads ``encoded()``; nil when the bytes are damaged or of an unknown layout.
    package init?(encoded bytes: some RandomAccessCollection<UInt8>) {
        self.init()
        guard let layout = bytes.first else { return }
        guard layout == Self.layout else { return nil }
        var rest = bytes.dropFirst()
        var bucket: UInt64 = 0
        var isFirst = true
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let distance = rest.popNumber(), distance > 0, distance <= UInt64(Self.bucketLimit),
                let amount = rest.popNumber(), amount > 0, amount <= UInt64(Int64.max)
            else { return nil }
            bucket += isFirst ? distance - 1 : distance
            isFirst = false
            total = total.addingReportingOverflow(amount).partialValue
            guard bucket < UInt64(Self.bucketLimit), total <= UInt64(Int64.max) else { return nil }
            add(Int64(amount), toBucket: Int(bucket))
        }
    }
}

extension [UInt8] {
    /// Appends an unsigned LEB128 number.
    fileprivate mutating func append(number: UInt64) {
        var value = number
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }
}

extension Collection where Element == UInt8, SubSequence == Self {
    /// Removes and returns an unsigned LEB128 number of at most nine bytes.
    fileprivate mutating func popNumber() -> UInt64? {
        var value: UInt64 = 0
        for position in 0..<9 {
            guard let byte = popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(position * 7)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
