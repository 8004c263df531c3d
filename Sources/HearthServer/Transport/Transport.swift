import HearthTelemetry
import HummingbirdCore
import NIOCore
import NIOSSL

/// How the connections of a listener carry requests: HTTP/1.1, plain or encrypted.
struct Transport: Sendable {
    let listener: ListenerContext
    /// Nil for a listener that does not encrypt.
    let certificates: CertificateKeeper?
    /// Which of their contexts a new connection gets.
    let shown: @Sendable (ServerCertificate.Contexts) -> NIOSSLContext

    /// - Parameter handlers: what stands between HTTP and the router on a new connection.
    func server(handlers: @escaping @Sendable () -> [any RemovableChannelHandler]) -> HTTPServerBuilder {
        let limits = listener.limits
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: limits.headerFields)
        let configuration = HTTP1Channel.Configuration(additionalChannelHandlers: handlers(), httpDecoderConfiguration: decoder)
        guard let certificates else {
            return HTTPServerBuilder { responder in
                LoopBoundChannel(inner: HTTP1Channel(responder: responder, configuration: configuration))
            }
        }
        let (listener, shown) = (listener, shown)
        return HTTPServerBuilder { responder in
            LoopBoundChannel(
                inner: EncryptedChannel(
                    base: HTTP1Channel(responder: responder, configuration: configuration),
                    context: { shown(certificates.contexts) }, refusal: { Self.refusePlaintext(listener) }))
        }
    }

    /// It counts as a handshake that failed when the connection ends without one.
    private static func refusePlaintext(_ listener: ListenerContext) -> ByteBuffer {
        ByteBuffer(
            bytes: PlainRefusal.bytes(
                status: "400 Bad Request", code: "tls_required", message: "This port speaks TLS; use https:// instead of http://.",
                now: listener.timeSource.now()))
    }
}
