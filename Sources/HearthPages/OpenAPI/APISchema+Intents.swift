extension APISchema {
    static let intents = [intentRequest, intent, intentEntity]

    private static let intentRequest = APISchema(
        name: "IntentRequest", meaning: "A message to classify.", isClosed: true,
        fields: [
            .required("message", .words(maximum: 500), "What was written; white space around it does not count."),
            .optional("language", .choice(languages), "Its language; detected if absent."),
            .optional("customerId", .textOf(minimum: 0, maximum: 256), "A pseudonym of who wrote it; kept as a keyed hash only."),
            .optional("skipCache", .boolean, "Ask the provider although a classification may be kept.", default: false),
        ])

    private static let intent = APISchema(
        name: "Intent", meaning: "What a message wants.",
        fields: [
            .required("intent", .text, "A short name in snake case, such as book_appointment."),
            .required("category", .choice(categories), "The nearest category; it decides how long the classification is kept."),
            .required("language", .choice(languages), "The language of the message."),
            .required("confidence", .number, "0 to 1; below 0.7 it is not kept."),
            .required("entities", .list(.reference("IntentEntity")), "What the message names."),
            .optional("cached", .boolean, "Whether it came from the cache."), .optional("cacheKey", .text, "Its key."),
            .optional("source", .choice(["memory", "store", "upstream", "stale"]), "Where it came from."),
            .optional("responseTime", .number, "Milliseconds."),
            .required("metadata", .reference("AnswerMetadata"), "Model, price and times."),
        ])

    private static let intentEntity = APISchema(
        name: "IntentEntity", meaning: "Something that a message names.",
        fields: [
            .required("type", .text, "Such as service, date, time, person."), .required("value", .text, "As it stands in the message."),
        ])
}
