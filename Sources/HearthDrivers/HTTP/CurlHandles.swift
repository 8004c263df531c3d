import CCurl

/// libcurl's process-wide set-up; it happens once and lasts as long as the process.
enum CurlLibrary {
    /// Whether the library is ready. Debian's build makes the call safe from any thread.
    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
}

/// An easy handle: one transfer's options and state. It frees itself.
@safe struct CurlEasyHandle: ~Copyable {
    /// Valid until deinit; only the loop's thread uses it.
    let pointer: UnsafeMutableRawPointer

    /// Nil when memory is out.
    init?() {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
    }

    /// The handle's identity in messages of the multi handle.
    var identity: UInt { unsafe UInt(bitPattern: pointer) }

    func set(_ option: CURLoption, _ value: Int) -> CURLcode {
        unsafe hearth_curl_easy_setopt_long(pointer, option, value)
    }

    func set(_ option: CURLoption, offset value: Int) -> CURLcode {
        unsafe hearth_curl_easy_setopt_offset(pointer, option, curl_off_t(value))
    }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) -> CURLcode {
        unsafe hearth_curl_easy_setopt_string(pointer, option, value)
    }

    /// Gives a body to be sent; libcurl copies the bytes, which is why the size is set first.
    func setBody(_ bytes: [UInt8]) -> CURLcode {
        let sized = set(CURLOPT_POSTFIELDSIZE_LARGE, offset: bytes.count)
        guard sized == CURLE_OK else { return sized }
        return unsafe bytes.withUnsafeBytes { buffer in
            // An empty array may have no address, and no address would mean "read from the callback".
            guard let base = buffer.baseAddress, unsafe !buffer.isEmpty else { return set(CURLOPT_COPYPOSTFIELDS, "") }
            return unsafe hearth_curl_easy_setopt_string(pointer, CURLOPT_COPYPOSTFIELDS, base.assumingMemoryBound(to: CChar.self))
        }
    }

    /// Ends the rest of a transfer whose body could not be taken.
    func goOn() {
        // 0 is CURLPAUSE_CONT, a macro that Swift does not see.
        _ = unsafe curl_easy_pause(pointer, 0)
    }

    func long(_ info: CURLINFO) -> Int {
        var value = 0
        _ = unsafe hearth_curl_easy_getinfo_long(pointer, info, &value)
        return value
    }

    /// When the server's certificate ends, in Unix seconds; nil where an open connection was used again, or without TLS.
    var certificateEnd: Int? {
        let seconds = unsafe hearth_curl_certificate_end(pointer)
        return seconds > 0 ? Int(seconds) : nil
    }

    func microseconds(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        _ = unsafe hearth_curl_easy_getinfo_offset(pointer, info, &value)
        return Int(value)
    }
}

/// A list of header lines as libcurl wants them. It frees itself, and must outlive the transfer that uses it.
@safe struct CurlHeaderList: ~Copyable {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    init() {}

    deinit {
        unsafe curl_slist_free_all(pointer)
    }

    /// Returns false when memory is out; the list is unchanged then.
    mutating func append(_ line: String) -> Bool {
        guard let longer = unsafe curl_slist_append(pointer, line) else { return false }
        unsafe pointer = longer
        return true
    }
}

/// A buffer of fixed address for libcurl's error text. It frees itself, and must outlive the transfer that uses it.
@safe struct CurlErrorText: ~Copyable {
    let pointer: UnsafeMutablePointer<CChar>

    init() {
        unsafe pointer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe pointer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe pointer.deallocate()
    }

    /// libcurl ends the text with a zero within the buffer; the last byte is zero in any case.
    var text: String { unsafe String(cString: pointer) }
}

/// The multi handle: all transfers of one thread with their connections. It frees itself after its transfers are removed.
@safe struct CurlMultiHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer

    init?() {
        guard CurlLibrary.isReady, let pointer = unsafe curl_multi_init() else { return nil }
        unsafe self.pointer = pointer
    }

    deinit {
        _ = unsafe curl_multi_cleanup(pointer)
    }

    func set(_ option: CURLMoption, _ value: Int) {
        _ = unsafe hearth_curl_multi_setopt_long(pointer, option, value)
    }

    func add(_ easy: borrowing CurlEasyHandle) -> CURLMcode {
        unsafe curl_multi_add_handle(pointer, easy.pointer)
    }

    func remove(_ easy: borrowing CurlEasyHandle) {
        _ = unsafe curl_multi_remove_handle(pointer, easy.pointer)
    }

    func perform() -> CURLMcode {
        var running: Int32 = 0
        return unsafe curl_multi_perform(pointer, &running)
    }

    /// Waits for sockets, libcurl's own timers, the alarm or the limit.
    func poll(alarm: WakePipe, milliseconds: Int32) -> CURLMcode {
        var extra = curl_waitfd(fd: alarm.readEnd, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        return unsafe curl_multi_poll(pointer, &extra, 1, milliseconds, nil)
    }

    /// The next finished transfer: its easy handle's identity and its result.
    func nextFinished() -> (identity: UInt, result: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(pointer, &left) {
            // The message belongs to libcurl and lives until the next call on the multi handle.
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else { continue }
            return unsafe (UInt(bitPattern: easy), hearth_curl_message_result(message))
        }
        return nil
    }
}
