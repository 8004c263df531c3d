import HearthDrivers

extension RedisAnswerStore {
    package func vote(_ key: CacheKey, isHelpful: Bool, by voter: Voter?) async throws(AnswerStoreError) -> CachedAnswer? {
        let bucket = layout.bucket(of: key)
        let arguments = [
            key.description, isHelpful ? "p" : "n", layout.newsChannel, layout.replica, voter.map(Self.name) ?? "", "\(Voter.limit)",
        ]
        let vote = call(RedisAnswerScripts.vote, bucket, arguments)
        guard let reply = try await run([vote], in: bucket, "count a vote", lane: .interactive).first else { return nil }
        return try Self.read(reply, key)
    }

    /// Goes through all answers: it is asked for seldom, and an index of voters would be one more thing that knows them.
    package func forget(_ voter: Voter) async throws(AnswerStoreError) -> Int {
        var forgotten = 0
        for bucket in layout.buckets {
            var cursor = "0"
            repeat {
                let call = call(RedisAnswerScripts.forgetVoter, bucket, [cursor, "\(Self.slice)", Self.name(voter)])
                let items = try await run([call], in: bucket, "forget a voter", lane: .bulk).first?.items ?? []
                cursor = items.first?.text ?? "0"
                forgotten += Int(items.last?.integer ?? 0)
            } while cursor != "0" && !Task.isCancelled
        }
        return forgotten
    }

    private static func name(_ voter: Voter) -> String {
        voter.bytes.reduce(into: "") { text, byte in
            for digit in [byte >> 4, byte & 15] { text.append(Character(Unicode.Scalar(digit < 10 ? 48 + digit : 87 + digit))) }
        }
    }
}
