import CPostgres

extension PostgresConnection {
    /// Hands a statement with its values to libpq, which copies them; 1 for success.
    static func send(_ sql: String, _ values: [PostgresValue], on handle: OpaquePointer) -> Int32 {
        // All values lie in one buffer, texts with a zero byte at their end.
        var buffer: [CChar] = []
        var starts: [Int?] = []
        var lengths: [Int32] = []
        var formats: [Int32] = []
        for value in values {
            if case .bytes(let bytes) = value {
                starts.append(buffer.count)
                lengths.append(Int32(clamping: bytes.count))
                formats.append(1)
                buffer.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) })
                // An empty value needs a place of its own too: a null pointer would mean null.
                buffer.append(0)
            } else if let text = value.text {
                starts.append(buffer.count)
                lengths.append(0)
                formats.append(0)
                buffer.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
                buffer.append(0)
            } else {
                starts.append(nil)
                lengths.append(0)
                formats.append(0)
            }
        }
        return unsafe buffer.withUnsafeBufferPointer { buffer in
            // The pointers are used inside this closure only, in which the buffer stays where it is.
            let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { start in
                unsafe start.flatMap { unsafe buffer.baseAddress?.advanced(by: $0) }
            }
            return unsafe pointers.withUnsafeBufferPointer {
                unsafe PQsendQueryParams(handle, sql, Int32(clamping: values.count), nil, $0.baseAddress, lengths, formats, 1)
            }
        }
    }
}

/// Arrays of C strings that end with a null pointer, for the length of a call.
enum CStringArray {
    static func with<Value>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value) -> Value {
        var buffer: [CChar] = []
        var starts: [Int] = []
        for text in texts {
            starts.append(buffer.count)
            buffer.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
            buffer.append(0)
        }
        return unsafe buffer.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = unsafe starts.map { start in unsafe buffer.baseAddress?.advanced(by: start) }
            unsafe pointers.append(nil)
            return unsafe body(pointers)
        }
    }
}

/// Texts from C of which a server decides the length.
enum BoundedCString {
    static let maximumBytes = 2048

    /// At most 2 KiB of the text, cut at a character where it is longer.
    static func text(_ start: UnsafePointer<CChar>) -> String {
        var length = 0
        while length < maximumBytes, unsafe start[length] != 0 { length += 1 }
        // The bytes up to the zero byte or the bound have just been read.
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        return length < maximumBytes ? text : String(text.prefix { $0 != "\u{FFFD}" })
    }
}

/// The fields of a server's refusal or notice that are read, by the letters of the protocol; C's macros for them are not imported.
enum DiagnosticField {
    static let state = Int32(UInt8(ascii: "C"))
    static let message = Int32(UInt8(ascii: "M"))
}
