import Crypto
package import HearthTelemetry

/// What surrounds a question and decides its answer as much as its words do.
///
/// Two questions share a kept answer only if every member agrees.
package struct QuestionScope: Sendable {
    /// The version of the canonical form itself; raised when its layout changes.
    package static let schemaVersion: UInt64 = 1

    /// Which kind of request was made; the same words asked as a query and as a chat completion are different questions.
    package enum EndpointFamily: String, Sendable {
        case query
        case intent
        case chatCompletions = "chat.completions"
        case embeddings
    }

    package var tenant: String
    /// Raised by an invalidation of everything, so that older answers can no longer be found.
    package var generation: UInt64
    /// The provider's base URL.
    package var upstream: String
    package var family: EndpointFamily
    package var model: String
    package var systemPrompt: String

    package init(
        tenant: String, generation: UInt64, upstream: String, family: EndpointFamily, model: String, systemPrompt: String
    ) {
        self.tenant = tenant
        self.generation = generation
        self.upstream = upstream
        self.family = family
        self.model = model
        self.systemPrompt = systemPrompt
    }

    func canonicalBytes(language: Language, normalizerVersion: Int) -> [UInt8] {
        var writer = CanonicalFormWriter()
        writer.append(tenant.utf8)
        writer.append(Self.schemaVersion)
        writer.append(generation)
        writer.append(upstream.utf8)
        writer.append(family.rawValue.utf8)
        writer.append(model.utf8)
        writer.append(language.rawValue.utf8)
        writer.append(UInt64(normalizerVersion))
        writer.append(systemPrompt.utf8)
        return writer.bytes
    }
}

/// Turns a question into its key; the scope's bytes are written once for each language.
package struct KeyDeriver: Sendable {
    private let normalizer: Normalizer
    private let scopes: [[UInt8]]
    /// The hashes of the scopes, to go on from.
    private let hashes: [SHA256]

    package init(scope: QuestionScope, normalizer: Normalizer) {
        self.normalizer = normalizer
        scopes = Language.allCases.map {
            scope.canonicalBytes(language: $0, normalizerVersion: Normalizer.version)
        }
        hashes = scopes.map(CacheKey.hash(ofScope:))
    }

    package func question(_ text: String, language: Language) -> IdentifiedQuestion {
        let normalized = normalizer.normalize(text, language: language)
        var writer = CanonicalFormWriter(capacity: 2 * 8 + 1 + normalized.text.utf8.count)
        writer.append(CollectionOfOne(normalized.isExact ? UInt8(ascii: "x") : UInt8(ascii: "n")))
        writer.append(normalized.text.utf8)
        let form = CanonicalForm(scope: scopes[language.index], text: writer.bytes)
        let key = CacheKey(language: language, scope: hashes[language.index], text: form.text)
        return IdentifiedQuestion(key: key, form: form, normalized: normalized)
    }
}

/// A question with its key and the form that the key is the hash of.
package struct IdentifiedQuestion: Sendable {
    package let key: CacheKey
    package let form: CanonicalForm
    package let normalized: NormalizedQuery

    package init(key: CacheKey, form: CanonicalForm, normalized: NormalizedQuery) {
        self.key = key
        self.form = form
        self.normalized = normalized
    }
}
