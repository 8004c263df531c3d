import HearthCache
import HearthUpstream

/// What the bodies of all gateway requests have in common: the model, the caller's wishes of the cache, and the fields that are passed on.
struct GatewayBody: Sendable {
    let tree: JSONTree
    let model: String
    let controls: GatewayControls
    /// Every field of the body but Hearth's own, with the model that the caller's name stands for.
    let fields: [JSONTree.Member]

    /// - Parameter resolving: gives the model that a caller's name stands for.
    init(
        _ body: some Sequence<UInt8>, of family: QuestionScope.EndpointFamily, controls given: GatewayControls,
        resolving: (String) -> String
    ) throws(APIError) {
        guard let tree = JSONTree(body), let members = tree.members else {
            throw APIError(
                .invalidRequest,
                "The body is not a JSON object that names each member once and nests at most \(JSONTree.maximumDepth) levels deep.")
        }
        guard let named = tree["model"]?.string, case let model = resolving(named), (1...256).contains(model.utf8.count) else {
            throw GatewayControls.invalid("model", "must be the name of a model")
        }
        var controls = given
        if let cache = tree["cache"] { try controls.add(cache) }
        self.tree = tree
        self.model = model
        self.controls = controls
        fields = members.filter { family.role(of: $0.name) != .control }.map {
            $0.name == "model" ? .init("model", .string(model)) : $0
        }
    }

    /// The first of the fields that names who asks.
    func customer(_ names: String...) -> String? {
        names.lazy.compactMap { tree[$0]?.string }.first.map { String($0.prefix(CacheQuery.maximumCustomerBytes)) }
    }
}
