import Crypto
import HearthCache
import HearthTelemetry
import HearthUpstream

/// Embeddings that a caller asks for: each input is a thing of its own.
struct EmbeddingRequest: Sendable {
    /// As the provider takes at most.
    static let maximumInputs = 2048

    private let fields: [JSONTree.Member]
    let model: String
    /// Texts, or lists of tokens.
    let inputs: [JSONTree]
    /// A pseudonym of who asks.
    let customer: String?
    let controls: GatewayControls
    /// Whether an input's embedding depends on nothing but itself and the fields that embeddings are known to have. A provider's own field
    /// may mean the whole list, as `late_chunking` does, or have a part for each input.
    let treatsInputsAlone: Bool
    /// Of everything that decides a list which is one; made once, as lists are long and have a key for each of their inputs.
    private let listDigest: String?

    private static let family = QuestionScope.EndpointFamily.embeddings

    /// - Parameter resolving: gives the model that a caller's name stands for.
    init(
        _ body: some Sequence<UInt8>, controls given: GatewayControls, resolving: (String) -> String = { $0 }
    ) throws(APIError) {
        let body = try GatewayBody(body, of: Self.family, controls: given, resolving: resolving)
        guard let inputs = body.tree["input"].flatMap(Self.inputs), (1...Self.maximumInputs).contains(inputs.count) else {
            throw GatewayControls.invalid("input", "must be a text, a list of up to \(Self.maximumInputs) texts, or tokens")
        }
        fields = body.fields
        model = body.model
        controls = body.controls
        self.inputs = inputs
        customer = body.customer("user")
        treatsInputsAlone = body.fields.allSatisfy { Self.family.isDecided($0.name) }
        listDigest = treatsInputsAlone ? nil : Self.digest(body.fields, inputs)
    }

    /// What decides besides the model and the inputs.
    private static func deciding(_ fields: [JSONTree.Member]) -> [JSONTree.Member] {
        fields.filter { family.role(of: $0.name) == .decides && $0.name != "model" && $0.name != "input" }
    }

    private static func digest(_ fields: [JSONTree.Member], _ inputs: [JSONTree]) -> String {
        let bytes = JSONTree.object(deciding(fields) + [.init("input", .array(inputs))]).canonicalBytes
        return SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// A list of numbers is one input; a list of texts or of such lists is several.
    private static func inputs(_ given: JSONTree) -> [JSONTree]? {
        switch given {
        case .string: return [given]
        case .array(let items):
            if items.allSatisfy({ $0.integer != nil }) { return items.isEmpty ? [] : [given] }
            let isSound = items.allSatisfy { item in
                item.string != nil || item.items.map { !$0.isEmpty && $0.allSatisfy { $0.integer != nil } } == true
            }
            return isSound ? items : nil
        case .null, .bool, .number, .object: return nil
        }
    }

    /// What decides the embedding of one input, in canonical form.
    func conversation(_ index: Int) -> ConversationDeriver.Conversation {
        let deciding: [JSONTree.Member] =
            if let listDigest {
                [.init("list", .string(listDigest)), .init("index", .number(Int64(index)))]
            } else {
                Self.deciding(fields) + [.init("input", inputs[index])]
            }
        return ConversationDeriver.Conversation(
            family: Self.family, model: model, fields: JSONTree.object(deciding).canonicalBytes,
            userText: inputs[index].string ?? "", allowsNormalization: false)
    }

    /// The body that asks for some of the inputs.
    func forwarded(_ inputs: [JSONTree]) -> [UInt8] {
        JSONTree.object(fields.map { $0.name == "input" ? .init("input", .array(inputs)) : $0 }).bytes
    }
}
