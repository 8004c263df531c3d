import Synchronization

/// Sends the batches of a warming, several at a time: each worker takes the next one when it is done with one.
final class WarmingWork: Sendable {
    private let batches: [[JSONValue]]
    private let client: ServiceClient
    private let progress: WarmingProgress
    private let nextBatch = Mutex(0)

    init(batches: [[JSONValue]], client: ServiceClient, progress: WarmingProgress) {
        self.batches = batches
        self.client = client
        self.progress = progress
    }

    /// The sum over all batches; the first failure ends all workers.
    func run(workers: Int) async throws -> WarmingTotal {
        let result = await withTaskGroup(of: Result<WarmingTotal, any Error>.self, returning: Result<WarmingTotal, any Error>.self) {
            group in
            for _ in 0..<workers {
                group.addTask { await self.work() }
            }
            var total = WarmingTotal()
            for await part in group {
                switch part {
                case .success(let part): total.add(part)
                case .failure(let error):
                    group.cancelAll()
                    return .failure(error)
                }
            }
            return .success(total)
        }
        progress.end()
        return try result.get()
    }

    private func work() async -> Result<WarmingTotal, any Error> {
        var total = WarmingTotal()
        while let batch = takeBatch() {
            do {
                let body = JSONValue.object([.init("queries", .array(batch))])
                let answer = try await client.post("/api/v1/cache/warm", body: body)
                total.add(WarmingTotal(answer.body))
                progress.advance(by: batch.count)
            } catch {
                return .failure(error)
            }
        }
        return .success(total)
    }

    private func takeBatch() -> [JSONValue]? {
        let number = nextBatch.withLock { number in
            defer { number += 1 }
            return number
        }
        return batches.indices.contains(number) ? batches[number] : nil
    }
}
