import HearthDrivers
import Testing

@Suite("Redis address")
struct RedisAddressTests {
    @Test(
        "Addresses are read, and shown without the password",
        arguments: [
            ("redis://localhost", "redis://localhost:6379/0", nil, nil),
            ("redis://10.0.0.7:7000/3", "redis://10.0.0.7:7000/3", nil, nil),
            ("redis://:s%40cret@host/2", "redis://host:6379/2", nil, "s@cret"),
            ("rediss://hearth:p:w@[::1]:6380", "rediss://[::1]:6380/0", "hearth", "p:w"),
            ("REDIS://user:pass@host:1/", "redis://host:1/0", "user", "pass"),
        ] as [(String, String, String?, String?)])
    func reads(url: String, shown: String, user: String?, password: String?) throws {
        let address = try RedisAddress(url: url)
        #expect("\(address)" == shown)
        #expect(address.user == user)
        #expect(address.password?.reveal() == password)
    }

    @Test(
        "Malformed addresses are refused without repeating them",
        arguments: [
            "", "localhost:6379", "http://hunter2@host", "redis://", "redis://:hunter2@", "redis://host:0", "redis://host:65536",
            "redis://host:x",
            "redis://host/name", "redis://host/-1", "redis://:%zz@hunter2", "redis://[::1", "redis://user@hunter2",
            "redis://host/0?x=hunter2",
        ])
    func refuses(url: String) {
        do throws(StoreProbeError) {
            _ = try RedisAddress(url: url)
            Issue.record("\(url) was read")
        } catch {
            #expect(error.kind == .address)
            #expect(!"\(error)".contains("hunter2"))
        }
    }
}
