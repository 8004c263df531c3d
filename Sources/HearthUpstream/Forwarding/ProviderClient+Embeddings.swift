/// Embeddings as the provider gave them, in the order of the inputs.
package struct EmbeddingReply: Sendable {
    /// A list of numbers, or their bytes in Base64, as it was asked for.
    package var vectors: [JSONTree]
    package var model: String?
    package var usage: ProviderUsage?
}

extension ProviderClient {
    /// Passes a request for embeddings on.
    ///
    /// - Parameter count: how many inputs it has; an answer with another number of embeddings is none.
    package func embed(_ call: ForwardedCall, count: Int) async throws(UpstreamError) -> EmbeddingReply {
        let tree = try await forwardPlain(call, usage: Self.usage)
        guard tree["error"] == nil else { throw .invalidAnswer("it is an error in place of an answer", host: host) }
        var vectors = [JSONTree?](repeating: nil, count: count)
        for item in tree["data"]?.items ?? [] {
            guard let index = item["index"]?.integer, vectors.indices.contains(Int(clamping: index)), let vector = item["embedding"],
                vector.string != nil || vector.items?.isEmpty == false
            else { throw .invalidAnswer("it has an embedding that belongs to no input", host: host) }
            vectors[Int(index)] = vector
        }
        let given = vectors.compactMap { $0 }
        guard given.count == count else { throw .invalidAnswer("it does not have an embedding for every input", host: host) }
        return EmbeddingReply(vectors: given, model: tree["model"]?.string, usage: Self.usage(tree))
    }

    private static func usage(_ reply: JSONTree) -> ProviderUsage? {
        reply["usage"]?["prompt_tokens"]?.integer.map {
            ProviderUsage(inputTokens: min(max(Int(clamping: $0), 0), ProviderUsage.maximumTokens), outputTokens: 0)
        }
    }
}
