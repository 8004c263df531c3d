import Foundation
import HTTPTypes
import HearthDrivers
import HearthTelemetry
import Hummingbird
import Logging
import NIOCore

/// `/webhooks/whatsapp`: where WhatsApp asks whether this is the right place, and then delivers.
///
/// Callers' keys do not apply: the verify token and the signature stand in their place.
struct WhatsAppRoutes: Sendable {
    /// What is there only where WhatsApp is configured.
    struct Service: Sendable {
        let verifyToken: Secret?
        let signature: WhatsAppSignature
        let store: any Inbox
        let worker: InboxWorker
        let instruments: InboxInstruments
        let bodyBytes: Int
    }

    let service: Service?
    let timeSource: any TimeSource

    func add(to router: Router<HearthRequestContext>) {
        router.get("webhooks/whatsapp", use: verify)
        router.post("webhooks/whatsapp", use: receive)
    }

    private func configured() throws(APIError) -> Service {
        guard let service else {
            throw APIError(.notFound, "WhatsApp is not configured; set HEARTH_WHATSAPP_APP_SECRETS and HEARTH_WHATSAPP_ACCESS_TOKEN.")
        }
        return service
    }

    @Sendable private func verify(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let service = try configured()
        var parameters = ParameterReader(request)
        guard parameters.text("hub.mode") == "subscribe", let expected = service.verifyToken,
            let token = parameters.text("hub.verify_token"), Self.areEqual(token, expected.reveal()),
            let challenge = parameters.text("hub.challenge"),
            (1...256).contains(challenge.utf8.count), challenge.utf8.allSatisfy(Self.isWordByte)
        else {
            service.instruments.refused(.verification).increment()
            throw APIError(.forbidden, "The verification is refused: mode, token or challenge is not what it must be.")
        }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: challenge)))
    }

    @Sendable private func receive(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let service = try configured()
        let body = try await RequestBodyReader.read(request, limit: service.bodyBytes)
        guard service.signature.isValid(request.headers, body: body) else {
            service.instruments.refused(.signature).increment()
            throw APIError(.unauthorized, "The delivery has no valid X-Hub-Signature-256.")
        }
        guard let delivery = WhatsAppDelivery(body, receivedAt: timeSource.now()) else {
            service.instruments.refused(.malformed).increment()
            throw APIError(.invalidRequest, "The body is no delivery of WhatsApp.")
        }
        let acceptance: InboxAcceptance
        do {
            acceptance = try await service.store.accept(delivery.messages)
        } catch is InboxFull {
            service.instruments.refused(.full).increment()
            throw APIError(.overloaded, "The inbox is full; deliver again later.", retryAfterSeconds: 30)
        } catch {
            service.instruments.refused(.storage).increment()
            context.logger.error("a delivery could not be kept", metadata: ["error": "\(error)"])
            throw APIError(.storeUnavailable, "The inbox cannot be written; deliver again later.", retryAfterSeconds: 30)
        }
        service.instruments.messages(.accepted).increment(by: UInt64(acceptance.accepted))
        service.instruments.messages(.duplicate).increment(by: UInt64(acceptance.duplicates))
        service.instruments.messages(.limited).increment(by: UInt64(acceptance.limited))
        service.instruments.messages(.ignored).increment(by: UInt64(delivery.ignored))
        if acceptance.accepted > 0 { service.worker.wake() }
        return JSONAnswer.response([
            "accepted": acceptance.accepted, "duplicates": acceptance.duplicates, "limited": acceptance.limited,
            "ignored": delivery.ignored,
        ])
    }

    /// In time that tells nothing about where they differ.
    private static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The challenge comes back as it was sent, so it may be nothing that a browser would read as a page.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
