import HearthCache
import HearthTelemetry

/// What the language rules make possible: keys, detection, and the judgement of answers.
struct Languages: Sendable {
    let identifier: QuestionIdentifier
    /// Of messages to be classified.
    let intents: QuestionIdentifier
    /// Of what comes through the gateway.
    let gateway: GatewayIdentifier
    let confidence: ConfidenceEstimator
    let refusals: RefusalDetector
    /// Compares what is kept with what the provider says now.
    let comparer: AnswerComparer

    init(configuration: HearthConfiguration, tenants: TenantRules, duration: Histogram, timeSource: any TimeSource) throws {
        let rules = try LanguageRuleSet.load()
        let scope = QuestionScope(
            tenant: configuration.cache.namespace, generation: 0,
            // The simulator listens on another port at every start, and is the same provider all the same.
            upstream: configuration.provider.isSimulated ? "simulator" : configuration.provider.baseURL, family: .query,
            model: configuration.provider.model, systemPrompt: configuration.provider.systemPrompt)
        identifier = QuestionIdentifier(
            deriver: KeyDeriver(scope: scope, normalizer: Normalizer(rules: rules)), detector: LanguageDetector(rules: rules),
            fallback: configuration.cache.defaultLanguage, tenants: tenants, duration: duration, timeSource: timeSource)
        var intentScope = scope
        intentScope.family = .intent
        intentScope.systemPrompt = Intent.prompt
        intents = QuestionIdentifier(
            deriver: KeyDeriver(scope: intentScope, normalizer: Normalizer(rules: rules)), detector: LanguageDetector(rules: rules),
            fallback: configuration.cache.defaultLanguage, tenants: tenants, duration: duration, timeSource: timeSource)
        gateway = GatewayIdentifier(
            deriver: ConversationDeriver(namespace: scope.tenant, upstream: scope.upstream, normalizer: Normalizer(rules: rules)),
            identifier: identifier, tenants: tenants)
        confidence = ConfidenceEstimator()
        refusals = RefusalDetector(rules: rules)
        comparer = AnswerComparer(rules: rules, minimumOverlap: configuration.shadowChecks.minimumOverlap)
    }
}
