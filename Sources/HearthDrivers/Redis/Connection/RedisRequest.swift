/// Commands that go out together, and the one who waits for their replies.
struct RedisRequest: Sendable {
    typealias Outcome = Result<[RedisValue], RedisError>

    let commands: [RedisCommand]
    /// On the monotonic clock.
    let deadline: Duration
    let waiter: RedisWaiter
}

/// Who is told of the replies: a task, or code on the connection's event loop where a task would cost more than the command.
enum RedisWaiter: Sendable {
    case task(OneShot<RedisRequest.Outcome>)
    /// Called once, on the connection's event loop.
    case callback(@Sendable (RedisRequest.Outcome) -> Void)

    func resolve(_ outcome: RedisRequest.Outcome) {
        switch self {
        case .task(let slot): slot.resolve(outcome)
        case .callback(let body): body(outcome)
        }
    }
}
