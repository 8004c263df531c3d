import HearthTelemetry
import HearthUpstream

/// What a delivery of WhatsApp carries, as far as Hearth answers it.
struct WhatsAppDelivery: Sendable {
    /// Messages with a text.
    var messages: [InboxMessage] = []
    /// Statuses, messages without a text, and whatever else there is or will be.
    var ignored = 0

    /// More in one delivery are not taken; WhatsApp sends at most a thousand.
    static let maximumMessages = 1000
    static let maximumTextBytes = 4096 * 4

    /// Nil for a body that is no delivery.
    init?(_ body: some Sequence<UInt8>, receivedAt: Timestamp) {
        guard let tree = JSONTree(body), tree["object"]?.string == "whatsapp_business_account", let entries = tree["entry"]?.items
        else { return nil }
        for change in entries.flatMap({ $0["changes"]?.items ?? [] }) {
            guard change["field"]?.string == "messages", let value = change["value"] else {
                ignored += 1
                continue
            }
            ignored += value["statuses"]?.items?.count ?? 0
            let channel = value["metadata"]?["phone_number_id"]?.string
            for given in value["messages"]?.items ?? [] {
                if let channel, let message = Self.message(given, channel: channel, receivedAt: receivedAt) {
                    messages.append(message)
                } else {
                    ignored += 1
                }
            }
        }
        guard messages.count <= Self.maximumMessages else { return nil }
    }

    private static func message(_ given: JSONTree, channel: String, receivedAt: Timestamp) -> InboxMessage? {
        guard let id = given["id"]?.string, (1...256).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let sender = given["from"]?.string, isNumber(sender), isNumber(channel), let text = text(of: given),
            (1...maximumTextBytes).contains(text.utf8.count)
        else { return nil }
        let written = given["timestamp"]?.string.flatMap { Int64($0) }
        return InboxMessage(
            id: id, sender: sender, channel: channel, text: text,
            // A clock that is far off would put a message before or behind all others.
            writtenAt: written.map { Timestamp(seconds: $0) }.flatMap { abs(($0 - receivedAt).components.seconds) < 86_400 * 7 ? $0 : nil }
                ?? receivedAt, receivedAt: receivedAt, dueAt: receivedAt)
    }

    /// What was written, or the words on the button that was pressed.
    ///
    /// Without NULs: they mean nothing in a message, SQLite loses what stands behind one, and PostgreSQL takes none.
    private static func text(of given: JSONTree) -> String? {
        let written: String? =
            switch given["type"]?.string {
            case "text": given["text"]?["body"]?.string
            case "button": given["button"]?["text"]?.string
            case "interactive":
                given["interactive"]?["button_reply"]?["title"]?.string ?? given["interactive"]?["list_reply"]?["title"]?.string
            default: nil
            }
        guard let text = written, text.utf8.contains(0) else { return written }
        return String(text.unicodeScalars.filter { $0 != "\0" })
    }

    /// The channel becomes a part of an address.
    private static func isNumber(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
