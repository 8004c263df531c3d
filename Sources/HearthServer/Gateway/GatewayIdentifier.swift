import HearthCache
import HearthTelemetry
import HearthUpstream

/// Finds out the key of what came through the gateway.
struct GatewayIdentifier: Sendable {
    let deriver: ConversationDeriver
    let identifier: QuestionIdentifier
    let tenants: TenantRules

    /// The beginning of a text tells its language; documents are long.
    private static let detectedCharacters = 500

    func identify(_ request: ChatRequest, by tenant: Tenant) -> IdentifiedQuestion {
        identify(request.conversation, text: request.userText, request.controls, by: tenant)
    }

    /// - Parameter text: what the language is detected from.
    func identify(
        _ conversation: ConversationDeriver.Conversation, text: String?, _ controls: GatewayControls, by tenant: Tenant
    ) -> IdentifiedQuestion {
        let language = controls.language ?? identifier.detect(Self.beginning(of: text ?? "")).language
        var conversation = conversation
        if let namespace = controls.namespace {
            // A second object behind that of the fields, which no request without a namespace has.
            conversation.fields += JSONTree.object([.init("namespace", .string(namespace))]).canonicalBytes
        }
        var question = deriver.question(conversation, language: language, in: tenants.space(of: tenant))
        question.tenant = tenant
        return question
    }

    private static func beginning(of text: String) -> String {
        text.utf8.count <= detectedCharacters ? text : String(text.prefix(detectedCharacters))
    }
}
