import HearthTelemetry

extension APIRoute {
    /// The routes for machines and people that look after the service.
    static let operations = [root, page, reference, document, metrics, alive, ready, icon, robots]

    private static let root = APIRoute(
        method: .get, path: "/", section: .operations, access: .scope(.stats), operation: "getWelcome", summary: "Where things are",
        meaning: "A short text with the addresses; clients that prefer HTML are sent to the page by a redirect (302).",
        answer: Answer(status: 200, meaning: "The text.", content: .text(["text/plain"])))

    private static let page = APIRoute(
        method: .get, path: "/admin/cache-analytics", section: .operations, access: .scope(.stats), operation: "getOverviewPage",
        summary: "The page",
        meaning: "Hit rate, savings, answers, response time and jobs at a glance.",
        answer: Answer(status: 200, meaning: "The page.", content: .text(["text/html"])))

    private static let reference = APIRoute(
        method: .get, path: "/docs", section: .operations, access: .open, operation: "getReference", summary: "This reference",
        meaning: "Every route with its parameters, examples and errors.",
        answer: Answer(status: 200, meaning: "The page.", content: .text(["text/html"])))

    private static let document = APIRoute(
        method: .get, path: "/openapi.yaml", section: .operations, access: .open, operation: "getOpenAPIDocument",
        summary: "This reference for programs",
        meaning: "An OpenAPI 3.1 document, for generators of clients and for tests.",
        answer: Answer(status: 200, meaning: "The document.", content: .text(["application/yaml"])))

    private static let metrics = APIRoute(
        method: .get, path: "/metrics", section: .operations, access: .scope(.metrics), operation: "getMetrics",
        summary: "Metrics for Prometheus",
        meaning: "The text formats of Prometheus (0.0.4) and OpenMetrics (1.0), as the Accept header asks.",
        answer: Answer(status: 200, meaning: "The metrics.", content: .text(["text/plain", "application/openmetrics-text"])))

    private static let alive = APIRoute(
        method: .get, path: "/healthz", section: .operations, access: .open, operation: "getLiveness", summary: "Is it alive",
        meaning: "Looks at nothing else, so that an ill store does not get Hearth restarted.",
        answer: Answer(status: 200, meaning: "It is.", content: .json(schema: "Alive", example: ["status": "alive"])))

    private static let ready = APIRoute(
        method: .get, path: "/readyz", section: .operations, access: .open, operation: "getReadiness", summary: "Can it serve",
        meaning:
            "Status 503 and the same body while it starts or stops. What Hearth can do without is listed as degraded, with status 200.",
        answer: Answer(
            status: 200, meaning: "It can.",
            content: .json(
                schema: "Readiness",
                example: [
                    "status": "ready", "profile": "development", "version": "0.1.0", "provider": "simulated", "degraded": [],
                ])))

    private static let icon = APIRoute(
        method: .get, path: "/favicon.ico", section: .operations, access: .open, operation: "getIcon", summary: "The icon",
        meaning: "For browsers, which ask for it by this name.",
        answer: Answer(status: 200, meaning: "The icon.", content: .text(["image/x-icon"])))

    private static let robots = APIRoute(
        method: .get, path: "/robots.txt", section: .operations, access: .open, operation: "getRobotRules",
        summary: "What search engines may read", meaning: "Nothing.",
        answer: Answer(status: 200, meaning: "The rules.", content: .text(["text/plain"])))
}
