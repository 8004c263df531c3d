import CCurl

extension HTTPClientError.Kind {
    /// The kind for a failed transfer.
    ///
    /// - Parameter wasConnected: whether the connection stood, TLS included; it tells the two time limits apart.
    init(curlCode: CURLcode, wasConnected: Bool) {
        self =
            switch curlCode {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
            case CURLE_COULDNT_CONNECT: .connect
            case CURLE_OPERATION_TIMEDOUT: wasConnected ? .totalTimeout : .connectTimeout
            case CURLE_FILESIZE_EXCEEDED: .tooLarge
            case CURLE_GOT_NOTHING: .emptyReply
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: .reset
            case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_BAD_CONTENT_ENCODING: .protocolViolation
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED,
                CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_ENGINE_NOTFOUND:
                .tls
            default: .other(code: Int(curlCode.rawValue))
            }
    }
}
