import Crypto
package import HearthTelemetry

/// Turns a conversation with a provider into its key.
///
/// The form holds a digest of everything but the last words of the user, and not the thing itself: conversations are long and personal,
/// and the form is kept with every answer. Two conversations whose SHA-512 and SHA-256 both collide are not known and not to be expected.
package struct ConversationDeriver: Sendable {
    private let namespace: String
    private let upstream: String
    private let normalizer: Normalizer

    package init(namespace: String, upstream: String, normalizer: Normalizer) {
        self.namespace = namespace
        self.upstream = upstream
        self.normalizer = normalizer
    }

    /// A request with what decides its answer.
    package struct Conversation: Sendable {
        package var family: QuestionScope.EndpointFamily
        package var model: String
        /// Every deciding field in canonical form; ``userText`` is cut out of it where ``allowsNormalization`` is true.
        package var fields: [UInt8]
        /// The last words of the user; empty where there are none.
        package var userText: String
        /// Whether forms of the same words share an answer.
        package var allowsNormalization: Bool

        package init(
            family: QuestionScope.EndpointFamily, model: String, fields: [UInt8], userText: String, allowsNormalization: Bool
        ) {
            self.family = family
            self.model = model
            self.fields = fields
            self.userText = userText
            self.allowsNormalization = allowsNormalization
        }
    }

    package func question(_ conversation: Conversation, language: Language, in space: AnswerSpace = .standard) -> IdentifiedQuestion {
        let label = Self.label(conversation.userText)
        // Where the exact words are the key, only the category is wanted, and the beginning tells it: the text may be a whole document.
        let normalized = normalizer.normalize(conversation.allowsNormalization ? conversation.userText : label, language: language)
        let isExact = !conversation.allowsNormalization || normalized.isExact
        let scope = QuestionScope(
            tenant: space.label(in: namespace), generation: 0, upstream: upstream, family: conversation.family, model: conversation.model,
            systemPrompt: "")
        var writer = CanonicalFormWriter(scope.canonicalBytes(language: language, normalizerVersion: Normalizer.version))
        writer.append(Array(SHA512.hash(data: conversation.fields)))
        var text = CanonicalFormWriter(capacity: 2 * 8 + 1 + max(SHA512.byteCount, normalized.text.utf8.count))
        text.append(CollectionOfOne(isExact ? UInt8(ascii: "x") : UInt8(ascii: "n")))
        if isExact {
            text.append(Array(SHA512.hash(data: Array(conversation.userText.utf8))))
        } else {
            text.append(normalized.text.utf8)
        }
        let form = CanonicalForm(scope: writer.bytes, text: text.bytes)
        let shown = NormalizedQuery(
            text: isExact ? label : normalized.text, category: normalized.category, isExact: isExact,
            steps: isExact ? [] : normalized.steps)
        return IdentifiedQuestion(key: CacheKey(language: language, form: form), form: form, normalized: shown)
    }

    /// What lists of questions show, and tell the category by, of a text that may be a whole document.
    private static func label(_ text: String) -> String { text.utf8.count <= 500 ? text : String(text.prefix(500)) }
}
