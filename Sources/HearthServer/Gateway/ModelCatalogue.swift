import HearthTelemetry
import HearthUpstream

/// The provider's models, asked for at most once a minute.
actor ModelCatalogue {
    private static let timeToLive = Duration.seconds(60)

    private let provider: ProviderClient
    private let aliases: [String: String]
    private let timeSource: any TimeSource
    private var known: (models: JSONTree, since: Duration)?
    private var underWay: Task<Result<JSONTree, UpstreamError>, Never>?

    init(provider: ProviderClient, aliases: [String: String], timeSource: any TimeSource) {
        self.provider = provider
        self.aliases = aliases
        self.timeSource = timeSource
    }

    /// The list as the provider gave it; an old one where it does not answer.
    func list(requestID: String) async throws(APIError) -> JSONTree {
        if let known, timeSource.uptime() - known.since < Self.timeToLive { return known.models }
        switch await fetch(requestID: requestID) {
        case .success(let given):
            let models = listing(given)
            known = (models, timeSource.uptime())
            return models
        case .failure(let error):
            if let known { return known.models }
            throw APIError(passing: error, cacheStatus: CacheStatus.failed(.miss, status: error.providerStatus).header)
        }
    }

    /// With the names that stand for models; they can be asked for like any other.
    private func listing(_ models: JSONTree) -> JSONTree {
        guard !aliases.isEmpty, let given = models["data"]?.items else { return models }
        let added = aliases.keys.sorted().map { name in
            JSONTree.object([
                .init("id", .string(name)), .init("object", .string("model")), .init("created", .number(0)),
                .init("owned_by", .string("hearth")),
            ])
        }
        var listing = models
        listing["data"] = .array(given + added)
        return listing
    }

    func model(_ id: String, requestID: String) async throws(APIError) -> JSONTree {
        let models = try await list(requestID: requestID)["data"]?.items ?? []
        guard let model = models.first(where: { $0["id"]?.string == id }) else {
            throw APIError(
                .notFound, "The provider has no model of this name; GET /v1/models lists those it has.",
                details: [.init(field: "model", problem: "is not known")])
        }
        return model
    }

    /// Callers that come at the same time share one call.
    private func fetch(requestID: String) async -> Result<JSONTree, UpstreamError> {
        if let underWay { return await underWay.value }
        let task = Task { [provider] () -> Result<JSONTree, UpstreamError> in
            do throws(UpstreamError) {
                let call = ForwardedCall(method: .get, path: "/models", operation: nil, model: "", requestID: requestID)
                return .success(try await provider.forwardPlain(call))
            } catch {
                return .failure(error)
            }
        }
        underWay = task
        let result = await task.value
        underWay = nil
        return result
    }
}
