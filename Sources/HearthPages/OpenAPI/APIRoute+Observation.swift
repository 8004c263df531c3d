import HearthTelemetry

extension APIRoute {
    /// What is wrong, what somebody was told of, and what has happened.
    static let observation = [conditions, alerts, events]

    private static let conditions = APIRoute(
        method: .get, path: "/api/v1/conditions", section: .operations, access: .scope(.stats), operation: "listConditions",
        summary: "What is wrong",
        meaning: "The first four alerts of alerts/, judged by Hearth itself: value, limit, and whether there is enough data for it.",
        parameters: [format(lines: "condition")],
        answer: Answer(
            status: 200, meaning: "The conditions.",
            content: .jsonOrTable(
                schema: "Conditions",
                example: [
                    "evaluatedAt": "2026-11-22T17:31:04.000Z",
                    "conditions": [
                        [
                            "name": "HearthCacheHitRateLow", "summary": "Too few questions are answered from the cache.",
                            "severity": "warning", "figure": "hitRate", "value": 0.924, "side": "below", "threshold": 0.8, "window": 600,
                            "minimumRequests": 200, "enoughData": true, "state": "fine", "since": "2026-11-16T13:30:34.000Z",
                            "runbook": "runbooks/HearthCacheHitRateLow.md", "dashboard": "hearth-cache?viewPanel=101",
                        ]
                    ],
                ])),
        errors: [faultyParameter])

    private static let alerts = APIRoute(
        method: .get, path: "/api/v1/alerts", section: .operations, access: .scope(.stats), operation: "listAlerts",
        summary: "What somebody was told of",
        meaning: "The alerts of Hearth that the configured Alertmanager has, read within two seconds and kept for ten.",
        parameters: [format(lines: "alert")],
        answer: Answer(
            status: 200, meaning: "The alerts; also where no Alertmanager is configured or it does not answer, which JSON says.",
            content: .jsonOrTable(
                schema: "Alerts",
                example: [
                    "configured": true, "reachable": true, "checkedAt": "2026-11-22T17:31:04.000Z", "truncated": false,
                    "alerts": [
                        [
                            "name": "HearthStoreDown", "severity": "critical", "state": "active", "startsAt": "2026-11-22T17:02:30.000Z",
                            "summary": "A store does not answer.", "runbook": "https://hearth.example/runbooks/HearthStoreDown.md",
                        ]
                    ],
                ])),
        errors: [faultyParameter])

    private static let events = APIRoute(
        method: .get, path: "/api/v1/events", section: .operations, access: .scope(.stats), operation: "listEvents",
        summary: "What has happened",
        meaning:
            "Starts and stops, configurations, stores and providers that went and came back, and acts that change figures; the latest "
            + "first. They are kept as long as the audit.",
        parameters: [
            Parameter(place: .query, field: .optional("limit", .integerOf(minimum: 1, maximum: 500), "How many.", default: 100)),
            Parameter(
                place: .query,
                field: .optional("before", .matching("^[0-9a-f]{32}$"), "Only events older than the one with this id; see next.")),
            Parameter(place: .query, field: .optional("kind", .choice(APISchema.eventKinds), "Only events of this kind.")),
            Parameter(place: .query, field: .optional("from", .timestamp, "Only events at this moment or later.")),
            Parameter(place: .query, field: .optional("to", .timestamp, "Only events at this moment or earlier.")),
            format(lines: "event"),
        ],
        answer: Answer(
            status: 200, meaning: "The events.",
            content: .jsonOrTable(
                schema: "Events",
                example: [
                    "events": [
                        [
                            "id": "019ab1c5f0a4600107c2d98e41b35f6a", "at": "2026-11-22T17:31:04.000Z", "kind": "service.start",
                            "replica": "127.0.0.1:4327", "facts": ["version": "0.1.0", "profile": "development"],
                        ]
                    ],
                    "next": "019ab1c5f0a4600107c2d98e41b35f6a",
                ])),
        errors: [faultyParameter, storeUnavailable])
}

extension APISchema {
    package static let eventKinds = [
        "service.start", "service.stop", "service.version", "configuration.read", "configuration.refuse", "store.lost", "store.found",
        "breaker.open",
        "breaker.close", "cache.warm", "entries.remove", "cache.invalidate", "cache.maintain", "jobs.pause", "jobs.resume",
    ]

    static let observation = [
        APISchema(
            name: "Conditions", meaning: "The conditions.",
            fields: [
                .required("evaluatedAt", .timestamp, "When they were judged."),
                .required("conditions", .list(.reference("Condition")), "Each of them, whether it holds or not."),
            ]),
        APISchema(
            name: "Condition", meaning: "A condition under which somebody is told.",
            fields: [
                .required("name", .text, "The name of the alert."), .required("summary", .text, "What it means."),
                .required("severity", .choice(["warning", "critical"]), "How bad it is."),
                .required(
                    "figure", .choice(AlertCondition.Figure.allCases.map(\.rawValue)),
                    "What is measured: hitRate and storeSize are shares, responseTime is seconds, storeReached is 1 or 0."),
                .optional("value", .number, "The figure; absent where there is none."),
                .required("side", .choice(["above", "below"]), "It holds where the value is on this side of the threshold."),
                .required("threshold", .number, "The limit."), .required("window", .integer, "Seconds that the value covers."),
                .required("minimumRequests", .integer, "Requests in that time below which the value says nothing."),
                .required("enoughData", .boolean, "Whether the value says anything."),
                .required(
                    "state", .choice(["fine", "pending", "firing", "unknown"]),
                    "pending: it holds, but not for long enough; unknown: there is no value, or it says nothing yet."),
                .required("since", .timestamp, "Since when the state is this, as far as this replica has seen it."),
                .optional("problem", .text, "Why there is no value."), .required("runbook", .text, "What to do."),
                .required("dashboard", .text, "The board and panel that show it."),
            ]),
        APISchema(
            name: "Alerts", meaning: "What an Alertmanager has.",
            fields: [
                .required("configured", .boolean, "Whether HEARTH_ALERTMANAGER_URL names one."),
                .optional("reachable", .boolean, "Whether it answered; absent where none is configured."),
                .optional("checkedAt", .timestamp, "When it was asked."), .optional("problem", .text, "Why it could not be asked."),
                .required("truncated", .boolean, "Whether there are more than the 100 that are listed."),
                .required("alerts", .list(.reference("Alert")), "The worst first."),
            ]),
        APISchema(
            name: "Alert", meaning: "One alert.",
            fields: [
                .required("name", .text, "Its name."), .required("severity", .text, "As its rule says."),
                .required("state", .choice(["active", "suppressed", "unprocessed"]), "Whether somebody is told."),
                .required("startsAt", .text, "When it began."), .optional("summary", .text, "What it means."),
                .optional("runbook", .text, "What to do."),
            ]),
        APISchema(
            name: "Events", meaning: "What has happened.",
            fields: [
                .required("events", .list(.reference("Event")), "The latest first."),
                .optional("next", .text, "Pass it as before to get older ones; absent on the last page."),
            ]),
        APISchema(
            name: "Event", meaning: "Something that may explain a change of the figures.",
            fields: [
                .required("id", .text, "Its identity; ids ascend with time."), .required("at", .timestamp, "When."),
                .required("kind", .choice(eventKinds), "What."),
                .optional("replica", .text, "Where; absent for acts, which concern all."),
                .required("facts", .any(.text), "What else is known: a version, the name of a store or of a job."),
                .optional("entries", .integer, "How many entries an act wrote or removed."),
                .optional("auditId", .text, "The act's id in the audit; absent for what nobody did."),
            ]),
    ]
}
