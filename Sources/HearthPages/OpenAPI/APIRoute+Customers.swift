import HearthTelemetry

extension APIRoute {
    /// The routes about those who ask.
    static let customers = [eraseCustomer]

    /// What an operator names to act for another tenant.
    static let tenantParameter = Parameter(
        place: .query,
        field: .optional(
            "tenant", .matching("^[a-z0-9][a-z0-9._-]{0,63}$"),
            "Whom it is about; only for administrators of the operator's tenant, and ignored from others."))

    private static let eraseCustomer = APIRoute(
        method: .delete, path: "/api/v1/customers/{customerId}", section: .operations, access: .scope(.admin), operation: "eraseCustomer",
        summary: "Forget a customer",
        meaning: "Removes what refers to a customer of the tenant: the keyed hash among those who asked a question or voted on an answer, "
            + "and the messages written by WhatsApp. Counts and answers stay; they do not say who asked.",
        parameters: [
            Parameter(
                place: .path,
                field: .required("customerId", .textOf(minimum: 1, maximum: 256), "The name that requests gave in customerId.")
            ),
            tenantParameter,
        ],
        answer: Answer(
            status: 200, meaning: "What was forgotten; all zero for one who is not known.",
            content: .json(schema: "CustomerErasure", example: ["patterns": 2, "votes": 1, "messages": 0])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "The name or a parameter is faulty."),
            Failure(status: 503, code: "store_unavailable", meaning: "A store does not answer; ask again, nothing is lost by it."),
        ])
}

extension APISchema {
    static let customers = [
        APISchema(
            name: "CustomerErasure", meaning: "What was forgotten of a customer.",
            fields: [
                .required("patterns", .integer, "Questions that knew of the customer among those who had asked."),
                .required("votes", .integer, "Votes on kept answers."), .required("messages", .integer, "Messages written by WhatsApp."),
            ])
    ]
}
