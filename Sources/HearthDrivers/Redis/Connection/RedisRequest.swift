/// Commands that go out together, and the one who waits for their replies.
struct RedisRequest: Sendable {
    typealias Outcome = Result<[RedisValue], RedisError>

    let commands: [RedisCommand]
    /// On the monotonic clock.
    let deadline: Duration
    let waiter: OneShot<Outcome>
}
