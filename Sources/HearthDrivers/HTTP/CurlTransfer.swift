import CCurl
import HearthTelemetry

/// One request while it is with libcurl. It belongs to the loop's thread.
final class CurlTransfer {
    let id: UInt64
    let easy: CurlEasyHandle
    private let request: HTTPClientRequest
    private let reply: OneShot<Result<HTTPClientResponse, HTTPClientError>>
    private let errorText = CurlErrorText()
    private var headerList = CurlHeaderList()
    private var head: HTTPResponseHead
    private let pipe: HTTPBodyPipe?
    private var body: [UInt8] = []
    private var bodyBytes = 0
    private var isHeadDelivered = false
    private var isTooLarge = false
    private var timesSent = 0

    /// Nil when memory is out.
    init?(_ pending: PendingTransfer, limits: CurlClient.Limits) {
        guard let easy = CurlEasyHandle() else { return nil }
        self.easy = easy
        id = pending.id
        request = pending.request
        reply = pending.reply
        pipe = pending.pipe
        head = HTTPResponseHead(maximumFields: limits.maximumResponseHeaders, maximumBytes: limits.maximumResponseHeaderBytes)
    }

    /// Gives libcurl everything it needs; the first refused option ends it.
    func configure(limits: CurlClient.Limits) -> CURLcode {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // Without this libcurl asks servers for permission before a larger body, and waits a second for it.
        lines.append("Expect:")
        // Nor does anything go that libcurl would add by itself: a body is no form, and who takes anything need not say so.
        for name in ["Content-Type", "Accept"] where !request.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            lines.append(name + ":")
        }
        for line in lines where !headerList.append(line) { return CURLE_OUT_OF_MEMORY }
        // Evaluated in order; the body goes before the method, because giving a body selects POST.
        return firstFailure([
            { self.easy.set(CURLOPT_URL, self.request.url) },
            { self.request.body.isEmpty && self.request.method != .post ? CURLE_OK : self.easy.setBody(self.request.body) },
            { self.easy.set(CURLOPT_CUSTOMREQUEST, self.request.method.rawValue) },
            { self.easy.set(CURLOPT_PROTOCOLS_STR, "http,https") },
            { self.easy.set(CURLOPT_FOLLOWLOCATION, 0) },
            { self.easy.set(CURLOPT_NOSIGNAL, 1) },
            // An empty name means: no proxy, also when the environment names one.
            { self.easy.set(CURLOPT_PROXY, "") },
            { self.easy.set(CURLOPT_SSL_VERIFYPEER, 1) },
            { self.easy.set(CURLOPT_SSL_VERIFYHOST, 2) },
            // To tell when the server's certificate ends.
            { self.easy.set(CURLOPT_CERTINFO, 1) },
            { self.easy.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)) },
            { limits.trustedCertificatesFile.map { self.easy.set(CURLOPT_CAINFO, $0) } ?? CURLE_OK },
            { self.easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)) },
            { self.easy.set(CURLOPT_TCP_KEEPALIVE, 1) },
            // A connection is not used for ever, so that a changed address of the server is noticed.
            { self.easy.set(CURLOPT_MAXLIFETIME_CONN, limits.connectionLifetimeSeconds) },
            // A name look-up that hangs is left behind when the transfer ends; waiting for it would hold up every other transfer.
            { self.easy.set(CURLOPT_QUICK_EXIT, 1) },
            { self.easy.set(CURLOPT_CONNECTTIMEOUT_MS, self.request.connectTimeout.curlMilliseconds) },
            { self.easy.set(CURLOPT_TIMEOUT_MS, self.request.totalTimeout.curlMilliseconds) },
            { self.easy.set(CURLOPT_MAXFILESIZE_LARGE, offset: max(1, self.request.maximumResponseBytes)) },
            { self.setPointers() },
        ])
    }

    /// Ends the transfer for its caller.
    func finish(_ code: CURLcode) {
        settle(result(of: code))
    }

    func fail(_ kind: HTTPClientError.Kind, detail: String = "") {
        settle(.failure(HTTPClientError(kind: kind, host: request.host, detail: detail)))
    }

    /// Tells whoever waits: for the whole answer, or for the rest of a streamed one.
    private func settle(_ result: Result<HTTPClientResponse, HTTPClientError>) {
        if !isHeadDelivered { reply.resolve(result) }
        switch result {
        case .success: pipe?.end(nil)
        case .failure(let error): pipe?.end(error)
        }
    }

    /// For a streamed answer: its reader starts as soon as the header is complete.
    private func deliverHead() {
        guard pipe != nil, head.isComplete, !isHeadDelivered else { return }
        isHeadDelivered = true
        reply.resolve(.success(response()))
    }

    private func result(of code: CURLcode) -> Result<HTTPClientResponse, HTTPClientError> {
        func failure(_ kind: HTTPClientError.Kind, _ detail: String) -> Result<HTTPClientResponse, HTTPClientError> {
            .failure(HTTPClientError(kind: kind, host: request.host, detail: detail))
        }
        if isTooLarge { return failure(.tooLarge, "more than \(request.maximumResponseBytes) bytes") }
        if head.isOverLimit { return failure(.tooLarge, "too many or too large headers") }
        guard code == CURLE_OK else {
            let text = errorText.text
            let wasConnected = easy.microseconds(CURLINFO_PRETRANSFER_TIME_T) > 0
            let detail = unsafe text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
            return failure(HTTPClientError.Kind(curlCode: code, wasConnected: wasConnected), detail)
        }
        // libcurl takes a connection that ends inside the headers for a complete answer without a body.
        guard head.isComplete else { return failure(.reset, "the headers are incomplete") }
        return .success(response())
    }

    private func response() -> HTTPClientResponse {
        HTTPClientResponse(
            status: easy.long(CURLINFO_RESPONSE_CODE),
            headers: head.headers,
            body: body,
            duration: .microseconds(easy.microseconds(CURLINFO_TOTAL_TIME_T)),
            reusedConnection: easy.long(CURLINFO_NUM_CONNECTS) == 0,
            connectionRetries: max(0, timesSent - 1),
            usedHTTP2: easy.long(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0),
            certificateEnd: easy.certificateEnd.map { Timestamp(seconds: Int64($0)) }
        )
    }

    private func firstFailure(_ steps: [() -> CURLcode]) -> CURLcode {
        for step in steps {
            let code = step()
            guard code == CURLE_OK else { return code }
        }
        return CURLE_OK
    }
}

extension CurlTransfer {
    /// What libcurl calls and writes to while the transfer runs; the loop keeps the transfer alive until it is removed.
    private func setPointers() -> CURLcode {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let handle = unsafe easy.pointer
        return firstFailure([
            { unsafe hearth_curl_easy_refuse_link_local(handle) },
            { unsafe hearth_curl_easy_setopt_list(handle, CURLOPT_HTTPHEADER, self.headerList.pointer) },
            { unsafe hearth_curl_easy_setopt_pointer(handle, CURLOPT_ERRORBUFFER, self.errorText.pointer) },
            { unsafe hearth_curl_easy_setopt_pointer(handle, CURLOPT_WRITEDATA, context) },
            { unsafe hearth_curl_easy_setopt_pointer(handle, CURLOPT_HEADERDATA, context) },
            { unsafe hearth_curl_easy_setopt_pointer(handle, CURLOPT_PREREQDATA, context) },
            {
                unsafe hearth_curl_easy_setopt_write_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
                    return unsafe CurlTransfer.at(context).receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
                }
            },
            {
                unsafe hearth_curl_easy_setopt_write_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
                    return unsafe CurlTransfer.at(context).receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
                }
            },
            {
                unsafe hearth_curl_easy_setopt_prereq_function(handle) { context, _, _, _, _ in
                    guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
                    return unsafe CurlTransfer.at(context).aboutToSend()
                }
            },
        ])
    }

    /// The transfer that was given to libcurl as context.
    private static func at(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
        unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// CURL_WRITEFUNC_PAUSE: libcurl keeps the bytes and offers them again later.
    private static let pause = 0x1000_0001

    /// Returns the number of bytes taken; any other number than given makes libcurl end the transfer.
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count <= request.maximumResponseBytes - bodyBytes else {
            isTooLarge = true
            return 0
        }
        if let pipe {
            guard unsafe pipe.offer([UInt8](bytes)) else { return Self.pause }
        } else {
            unsafe body.append(contentsOf: bytes)
        }
        bodyBytes += bytes.count
        return bytes.count
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        let line = unsafe [UInt8](bytes)
        guard head.receive(line) else { return 0 }
        deliverHead()
        return line.count
    }

    /// libcurl sends a request again by itself when a reused connection was closed before a line of the answer came; that may
    /// happen once.
    private func aboutToSend() -> Int32 {
        timesSent += 1
        return timesSent <= 2 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }
}

extension Duration {
    /// Whole milliseconds as libcurl counts them: at least 1, because 0 would mean its default, and at most a day.
    fileprivate var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 86_400 else { return 86_400_000 }
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
