import Testing

@testable import HearthDrivers

@Suite("Addresses of Redis")
struct RedisTargetTests {
    @Test("One server, a cluster and sentinels are told apart")
    func topologies() throws {
        let single = try RedisTarget(url: "rediss://me:p%40ss@host:7000/3")
        #expect(single.topology == .single && single.addresses[0].database == 3 && single.addresses[0].usesTLS)
        let cluster = try RedisTarget(url: "redis+cluster://:secret@a:1,b:2,c")
        #expect(cluster.topology == .cluster)
        #expect(cluster.addresses.map(\.description) == ["redis://a:1/0", "redis://b:2/0", "redis://c:6379/0"])
        #expect(cluster.addresses.allSatisfy { $0.password?.reveal() == "secret" })
        let sentinel = try RedisTarget(url: "redis+sentinel://u:p@s1:26379,s2:26379/salon/2")
        #expect(sentinel.topology == .sentinel(master: "salon") && sentinel.addresses.map(\.database) == [2, 2])
        #expect(sentinel.addresses[1].user == "u")
    }

    @Test(
        "What cannot be meant is refused without repeating it",
        arguments: [
            "http://h", "redis+cluster://", "redis+cluster://a/1", "redis+sentinel://a:1", "redis+sentinel://a:1//2", "redis+ring://a",
            "redis+sentinel://a:1/m/1/2",
        ])
    func refused(url: String) {
        #expect { try RedisTarget(url: url) } throws: { error in
            (error as? StoreProbeError)?.kind == .address && !"\(error)".contains(url)
        }
    }
}
