import Crypto
package import HearthTelemetry
import Synchronization

/// What surrounds a question and decides its answer as much as its words do.
///
/// Two questions share a kept answer only if every member agrees.
package struct QuestionScope: Sendable {
    /// The version of the canonical form itself; raised when its layout changes.
    package static let schemaVersion: UInt64 = 1
    /// Of the canonical form, with room for a digest behind it.
    private static let usualBytes = 240

    /// Which kind of request was made; the same words asked as a query and as a chat completion are different questions.
    package enum EndpointFamily: String, Sendable {
        case query
        case intent
        case chatCompletions = "chat.completions"
        case embeddings
    }

    /// Whose question; see ``AnswerSpace/label(in:)``.
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
        var writer = CanonicalFormWriter(capacity: Self.usualBytes + systemPrompt.utf8.count)
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

/// Turns a question into its key; the scope's bytes are written once for each space and language.
package struct KeyDeriver: Sendable {
    /// The beginnings of the forms of one space, by language.
    private struct Scopes: Sendable {
        let bytes: [[UInt8]]
        /// Their hashes, to go on from.
        let hashes: [SHA256]

        init(_ scope: QuestionScope, of space: AnswerSpace) {
            var scope = scope
            scope.tenant = space.label(in: scope.tenant)
            bytes = Language.allCases.map { scope.canonicalBytes(language: $0, normalizerVersion: Normalizer.version) }
            hashes = bytes.map(CacheKey.hash(ofScope:))
        }
    }

    /// The scopes of spaces that were asked for lately.
    private final class Known: Sendable {
        let scopes = Mutex<[AnswerSpace: Scopes]>([:])
    }

    /// Spaces whose scopes are remembered; those of others are written anew.
    private static let rememberedSpaces = 1024

    private let normalizer: Normalizer
    private let scope: QuestionScope
    private let standard: Scopes
    private let known = Known()

    /// - Parameter scope: of the standard space; its tenant is the namespace
    package init(scope: QuestionScope, normalizer: Normalizer) {
        self.normalizer = normalizer
        self.scope = scope
        standard = Scopes(scope, of: .standard)
    }

    private func scopes(of space: AnswerSpace) -> Scopes {
        if space == .standard { return standard }
        if let scopes = known.scopes.withLock({ $0[space] }) { return scopes }
        let scopes = Scopes(scope, of: space)
        known.scopes.withLock { known in
            if known.count >= Self.rememberedSpaces { known.removeAll(keepingCapacity: true) }
            known[space] = scopes
        }
        return scopes
    }

    package func question(_ text: String, language: Language, in space: AnswerSpace = .standard) -> IdentifiedQuestion {
        let normalized = normalizer.normalize(text, language: language)
        let scopes = scopes(of: space)
        var writer = CanonicalFormWriter(capacity: 2 * 8 + 1 + normalized.text.utf8.count)
        writer.append(CollectionOfOne(normalized.isExact ? UInt8(ascii: "x") : UInt8(ascii: "n")))
        writer.append(normalized.text.utf8)
        let form = CanonicalForm(scope: scopes.bytes[language.index], text: writer.bytes)
        let key = CacheKey(language: language, scope: scopes.hashes[language.index], text: form.text)
        return IdentifiedQuestion(key: key, form: form, normalized: normalized)
    }
}

/// A question with its key and the form that the key is the hash of.
package struct IdentifiedQuestion: Sendable {
    package let key: CacheKey
    package let form: CanonicalForm
    package let normalized: NormalizedQuery
    /// Who asks. Tenants that share a space ask the same question under the same key.
    package var tenant = Tenant.standard

    package init(key: CacheKey, form: CanonicalForm, normalized: NormalizedQuery) {
        self.key = key
        self.form = form
        self.normalized = normalized
    }
}
