import HearthDrivers
import HearthUpstream

/// Sends replies by the messages endpoint of the Graph API.
struct WhatsAppReplies: Sendable {
    enum Outcome: Sendable, Equatable {
        case sent
        /// Worth another attempt.
        case failed(String)
        /// Refused for good.
        case refused(String)
    }

    let http: any HTTPSending
    /// The Graph API with its version, without a slash at its end.
    let baseURL: String
    let accessToken: Secret
    let timeout: Duration

    /// WhatsApp's limit; longer texts are refused.
    static let maximumCharacters = 4096

    func send(_ message: InboxMessage, _ reply: String) async -> Outcome {
        let text = reply.count <= Self.maximumCharacters ? reply : String(reply.prefix(Self.maximumCharacters - 1)) + "…"
        let body = JSONTree.object([
            .init("messaging_product", .string("whatsapp")), .init("recipient_type", .string("individual")),
            .init("to", .string(message.sender)), .init("type", .string("text")),
            .init("text", .object([.init("preview_url", .bool(false)), .init("body", .string(text))])),
            .init("context", .object([.init("message_id", .string(message.id))])),
            // Comes back with every status of the reply, and tells a repetition from a second reply.
            .init("biz_opaque_callback_data", .string(message.id)),
        ])
        let request = HTTPClientRequest(
            method: .post, url: "\(baseURL)/\(message.channel)/messages",
            headers: [
                .init("Content-Type", "application/json"), .init("Authorization", "Bearer \(accessToken.reveal())"),
                .init("Idempotency-Key", message.id),
            ], body: body.bytes, connectTimeout: min(timeout, .seconds(5)), totalTimeout: timeout, maximumResponseBytes: 64 << 10)
        do throws(HTTPClientError) {
            let response = try await http.send(request)
            switch response.status {
            case 200...299: return .sent
            case 401, 403, 408, 409, 425, 429, 500...599: return .failed("the Graph API answered \(response.status)")
            default: return .refused("the Graph API answered \(response.status)")
            }
        } catch {
            return .failed("\(error)")
        }
    }
}
