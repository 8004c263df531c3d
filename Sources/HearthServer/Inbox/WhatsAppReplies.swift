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
    /// What Meta says is to be tried again later: an unknown error, a service that is down, limits of the app, the account, the number and
    /// the pair of sender and receiver, and something that went wrong.
    private static let passingCodes: Set<Int64> = [1, 2, 4, 80007, 130429, 131000, 131016, 131056]

    func send(_ message: InboxMessage, _ reply: String) async -> Outcome {
        let text = Self.shortened(reply)
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
            return Self.outcome(of: response)
        } catch {
            return .failed("\(error)")
        }
    }

    /// The beginning of a text that is too long, without half a letter at its end: marks and joined signs count one by one.
    static func shortened(_ text: String) -> String {
        guard text.unicodeScalars.count > maximumCharacters else { return text }
        var count = 0
        let beginning = text.prefix { character in
            count += character.unicodeScalars.count
            return count < maximumCharacters
        }
        return beginning + "…"
    }

    /// Meta puts limits and passing troubles of its own into answers with 400 too; there only the code in the body tells them from a
    /// message that can never be sent.
    private static func outcome(of response: HTTPClientResponse) -> Outcome {
        if (200...299).contains(response.status) { return .sent }
        let code = JSONTree(response.body)?["error"]?["code"]?.integer
        let reason = "the Graph API answered \(response.status)" + (code.map { " with code \($0)" } ?? "")
        switch response.status {
        case 401, 403, 408, 409, 425, 429, 500...599: return .failed(reason)
        case 400...499: return code.map { passingCodes.contains($0) } == true ? .failed(reason) : .refused(reason)
        default: return .refused(reason)
        }
    }
}
