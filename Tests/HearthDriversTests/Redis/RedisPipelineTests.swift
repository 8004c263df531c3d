import Testing

@testable import HearthDrivers

@Suite("The order of replies on a Redis connection")
struct RedisPipelineTests {
    private func milliseconds(_ count: Int64) -> Duration { .milliseconds(count) }

    private func complete(_ receipt: RedisPipeline<String>.Receipt) -> (String?, [RedisValue])? {
        guard case .complete(let delivery) = receipt else { return nil }
        return (delivery.waiter, delivery.replies)
    }

    @Test("Replies go to requests in the order of sending, several to one that asked several things")
    func order() throws {
        var pipeline = RedisPipeline<String>()
        pipeline.append("a", replies: 2, sentAt: .zero, deadline: milliseconds(50))
        pipeline.append("b", replies: 1, sentAt: .zero, deadline: milliseconds(50))
        guard case .partial = pipeline.receive(.integer(1)) else { return #expect(Bool(false), "the second reply is missing") }
        let first = try #require(complete(pipeline.receive(.integer(2))))
        #expect(first.0 == "a" && first.1 == [.integer(1), .integer(2)])
        let second = try #require(complete(pipeline.receive(.integer(3))))
        #expect(second.0 == "b" && second.1 == [.integer(3)])
        guard case .unasked = pipeline.receive(.null) else { return #expect(Bool(false), "nothing was asked") }
    }

    @Test("A request whose deadline has passed keeps its slot: its reply goes to nobody")
    func keepsSlots() throws {
        var pipeline = RedisPipeline<String>()
        pipeline.append("late", replies: 1, sentAt: .zero, deadline: milliseconds(10))
        pipeline.append("next", replies: 1, sentAt: .zero, deadline: milliseconds(90))
        #expect(pipeline.expire(at: milliseconds(20)) == ["late"])
        #expect(pipeline.expire(at: milliseconds(21)) == [])
        #expect(try #require(complete(pipeline.receive(.integer(1)))).0 == nil)
        #expect(try #require(complete(pipeline.receive(.integer(2)))).0 == "next")
    }

    @Test("The oldest request tells how late the connection is")
    func lateness() {
        var pipeline = RedisPipeline<String>()
        pipeline.append("a", replies: 1, sentAt: .zero, deadline: milliseconds(10))
        pipeline.append("b", replies: 1, sentAt: milliseconds(5), deadline: milliseconds(55))
        #expect(pipeline.lateness(at: milliseconds(9)) == nil)
        #expect(pipeline.lateness(at: milliseconds(30)) == milliseconds(20))
        #expect(pipeline.patience == milliseconds(10))
        #expect(pipeline.abandon() == ["a", "b"] && pipeline.isEmpty)
    }
}
