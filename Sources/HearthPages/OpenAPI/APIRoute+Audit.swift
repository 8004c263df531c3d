import HearthTelemetry

extension APIRoute {
    /// The record of administrative acts.
    static let audit = [listActs]

    private static let listActs = APIRoute(
        method: .get, path: "/api/v1/audit", section: .operations, access: .scope(.admin), operation: "listActs",
        summary: "Who did what",
        meaning:
            "Administrative acts, the latest first: changes of what is kept and of what runs, and attempts that were refused to somebody "
            + "with a credential. Each tenant sees its own; administrators of the operator's tenant see everybody's, and the changes of keys.",
        parameters: [
            Parameter(place: .query, field: .optional("limit", .integerOf(minimum: 1, maximum: 500), "How many.", default: 50)),
            Parameter(
                place: .query,
                field: .optional("before", .matching("^[0-9a-f]{32}$"), "Only acts older than the one with this id; see next.")),
            Parameter(place: .query, field: .optional("actor", .textOf(minimum: 1, maximum: 256), "Only acts of this credential.")),
            Parameter(place: .query, field: .optional("action", .choice(APISchema.auditActions), "Only acts of this kind.")),
            Parameter(place: .query, field: .optional("from", .timestamp, "Only acts at this moment or later.")),
            Parameter(place: .query, field: .optional("to", .timestamp, "Only acts at this moment or earlier.")),
            tenantParameter,
        ],
        answer: Answer(status: 200, meaning: "The acts.", content: .json(schema: "Audit", example: example)),
        errors: [faultyParameter, storeUnavailable])

    private static let example: DocumentValue = [
        "acts": [
            [
                "id": "019ab1c5f0a4600107c2d98e41b35f6a", "at": "2026-11-22T17:31:04.000Z", "actor": "night-shift", "tenant": "acme",
                "address": "203.0.113.7", "action": "cache.invalidate", "method": "DELETE", "route": "/api/v1/cache/invalidate",
                "parameters": ["category": "pricing"], "entries": 12, "result": "succeeded", "status": 200, "requestId": "01J9ZK3M8T",
            ]
        ],
        "next": "019ab1c5f0a4600107c2d98e41b35f6a",
    ]
}

extension APISchema {
    package static let auditActions = [
        "entries.write", "cache.warm", "entries.remove", "cache.invalidate", "cache.maintain", "jobs.run", "jobs.pause", "jobs.resume",
        "jobs.cancel", "inbox.retry", "customers.erase", "entries.judge", "session.start", "keys.create", "keys.rotate", "keys.revoke",
    ]

    static let audit = [
        APISchema(
            name: "Audit", meaning: "Administrative acts.",
            fields: [
                .required("acts", .list(.reference("Act")), "The latest first."),
                .optional("next", .text, "Pass it as before to get older ones; absent on the last page."),
            ]),
        APISchema(
            name: "Act", meaning: "An administrative act. It holds no secret, no text of a question or an answer and no customer's name.",
            fields: [
                .required("id", .text, "Its identity; ids ascend with time."), .required("at", .timestamp, "When it had ended."),
                .required("actor", .text, "The name of the credential; cli: and a user's name for commands on the machine itself."),
                .optional("tenant", .text, "Whose credential it was; absent for commands on the machine itself."),
                .required("address", .text, "Where the request came from; local for commands."),
                .required("action", .choice(auditActions), "What was done or attempted."),
                .required("method", .text, "The request's method; CLI for commands."),
                .required("route", .text, "The route, without what was filled in; or the command."),
                .required("parameters", .any(.text), "What was named, as far as it is a word of a closed list, a key, an id or a moment."),
                .optional("entries", .integer, "How many entries, keys or references were written or removed."),
                .required("result", .choice(["succeeded", "refused", "failed"]), "How it ended."),
                .optional("status", .integer, "The answer's status; absent for commands."),
                .optional("requestId", .text, "The request's id, which the log has, too."),
            ]),
    ]
}
