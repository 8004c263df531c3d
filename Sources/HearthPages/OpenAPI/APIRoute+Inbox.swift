import HearthTelemetry

extension APIRoute {
    /// Where WhatsApp delivers, and what became of it.
    static let inbox = [verifyWebhook, receiveWebhook, listInbox, retryMessage]

    private static let notConfigured = Failure(status: 404, code: "not_found", meaning: "WhatsApp is not configured.")

    private static let verifyWebhook = APIRoute(
        method: .get, path: "/webhooks/whatsapp", section: .inbox, access: .signature, operation: "verifyWhatsApp",
        summary: "Prove that this is the right webhook",
        meaning: "WhatsApp asks once, when the address is entered there. Needs none of the callers' keys.",
        parameters: [
            Parameter(place: .query, field: .required("hub.mode", .choice(["subscribe"]), "Always subscribe.")),
            Parameter(place: .query, field: .required("hub.verify_token", .text, "The word that was agreed on.")),
            Parameter(place: .query, field: .required("hub.challenge", .textOf(minimum: 1, maximum: 256), "Comes back as the answer.")),
        ],
        answer: Answer(status: 200, meaning: "The challenge.", content: .text(["text/plain"])),
        errors: [
            Failure(status: 403, code: "forbidden", meaning: "Mode, token or challenge is not what it must be."), notConfigured,
        ])

    private static let receiveWebhook = APIRoute(
        method: .post, path: "/webhooks/whatsapp", section: .inbox, access: .signature, operation: "receiveWhatsApp",
        summary: "Take over messages",
        meaning: """
            Each message is on the disk before this answers, and is answered once, however often it is delivered; messages of one sender \
            in the order in which they were written. The signature stands in place of a key.
            """,
        parameters: [header("X-Hub-Signature-256", .text, "sha256= and the HMAC of the body by the app's secret, in lower-case digits.")],
        request: Body(schema: "WhatsAppDelivery", isRequired: true, example: ["object": "whatsapp_business_account", "entry": []]),
        answer: Answer(
            status: 200, meaning: "What was taken over.",
            content: .json(schema: "Accepted", example: ["accepted": 1, "duplicates": 0, "limited": 0, "ignored": 0])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "The body is no delivery."),
            Failure(status: 401, code: "unauthorized", meaning: "The signature is missing or not valid."), notConfigured, tooLarge,
            Failure(status: 503, code: "overloaded", meaning: "The inbox is full; WhatsApp delivers again."),
            Failure(status: 503, code: "store_unavailable", meaning: "The inbox cannot be written; WhatsApp delivers again."),
        ])

    private static let listInbox = APIRoute(
        method: .get, path: "/api/v1/inbox", section: .inbox, access: .scope(.stats), operation: "listInbox",
        summary: "What became of messages",
        meaning: "The latest first, without anything that was said in them.",
        parameters: [
            Parameter(place: .query, field: .optional("limit", .integerOf(minimum: 1, maximum: 500), "Messages to list.", default: 50)),
            Parameter(
                place: .query,
                field: .optional("state", .choice(["waiting", "answered", "sent", "dead", "limited"]), "Only those in this state.")),
        ],
        answer: Answer(
            status: 200, meaning: "The messages.",
            content: .json(
                schema: "Inbox",
                example: [
                    "open": 0, "dead": 1,
                    "messages": [
                        [
                            "id": "wamid.HBgL", "sender": "…421", "state": "dead", "attempts": 8, "error": "the Graph API answered 500",
                            "receivedAt": "2026-11-22T17:30:59.120Z", "finishedAt": "2026-11-22T17:45:10.000Z",
                        ]
                    ],
                ])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "A parameter is not what it must be."), notConfigured, storeUnavailable,
        ])

    private static let retryMessage = APIRoute(
        method: .post, path: "/api/v1/inbox/retry", section: .inbox, access: .scope(.admin), operation: "retryMessage",
        summary: "Try messages again",
        meaning: """
            Opens a message that was given up once more, with all its attempts; or all of them, as after an outage: the oldest first, as \
            many as whatsapp.inboxLimit leaves room for. Exactly one of id and all is given. Messages of customers who were deleted stay \
            as they are.
            """,
        request: Body(schema: "MessageName", isRequired: true, example: ["id": "wamid.HBgL"]),
        answer: Answer(
            status: 202, meaning: "It is open again; with all, as many as reopened says, which may be none.",
            content: .json(schema: "MessageState", example: ["id": "wamid.HBgL", "state": "waiting", "reopened": 1])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "The body has neither an id nor all as true, or both."),
            Failure(status: 404, code: "not_found", meaning: "No message of this id was given up, or WhatsApp is not configured."),
            tooLarge, storeUnavailable,
        ])
}
