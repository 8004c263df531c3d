extension APISchema {
    static let inbox = [delivery, accepted, inboxList, inboxMessage, messageName, messageState]

    private static let delivery = APISchema(
        name: "WhatsAppDelivery", meaning: "A delivery in the form of the WhatsApp Cloud API; its reference has the whole of it.",
        fields: [
            .required("object", .text, "whatsapp_business_account."),
            .required("entry", .list(.anything), "Changes: messages, which are answered, and statuses, which are not."),
        ])

    private static let accepted = APISchema(
        name: "Accepted", meaning: "What was taken over of a delivery.",
        fields: [
            .required("accepted", .integer, "Messages that will be answered."),
            .required("duplicates", .integer, "Messages that were delivered before."),
            .required("limited", .integer, "Messages that are not answered because their sender wrote too much."),
            .required("ignored", .integer, "Statuses, and messages without a text."),
        ])

    private static let inboxList = APISchema(
        name: "Inbox", meaning: "The inbox.",
        fields: [
            .required("open", .integer, "Messages that wait for their answer."),
            .required("dead", .integer, "Messages that were given up, without those of customers who were deleted."),
            .optional("oldestOpen", .timestamp, "When the oldest open message came."),
            .required("messages", .list(.reference("InboxMessage")), "The latest first."),
        ])

    private static let inboxMessage = APISchema(
        name: "InboxMessage", meaning: "A message, without what was said in it.",
        fields: [
            .required("id", .text, "WhatsApp's own."), .optional("sender", .text, "The last digits of the sender's number."),
            .required("state", .choice(["waiting", "answered", "sent", "dead", "limited"]), "Where it stands."),
            .required("attempts", .integer, "How often an answer was tried."), .optional("error", .text, "Why the last attempt failed."),
            .required("receivedAt", .timestamp, "When it was accepted."),
            .optional("nextAttemptAt", .timestamp, "When it is tried next."), .optional("finishedAt", .timestamp, "When it was done with."),
        ])

    private static let messageName = APISchema(
        name: "MessageName", meaning: "Which message, or all of them: exactly one of the two.", isClosed: true,
        fields: [
            .optional("id", .text, "The id of one that was given up."),
            .optional("all", .boolean, "Always true: all that were given up."),
        ])

    private static let messageState = APISchema(
        name: "MessageState", meaning: "Where a message stands, or all that were opened again.",
        fields: [
            .optional("id", .text, "Its id; absent where all were asked for."), .required("state", .choice(["waiting"]), "Open again."),
            .required("reopened", .integer, "Messages that were opened again."),
        ])
}
