import HearthDrivers
import HearthScheduling
import HearthTelemetry

/// Lets one replica do what concerns the Redis that all share, where no shared database hands out their runs.
///
/// A claim is a lease with a fence (Kleppmann, "How to do distributed locking", 2016): the key ends by itself unless it is renewed, and the
/// number that comes with it rises with every claim, so that writes of a run that was held up are refused. The number is seeded with the
/// server's clock, in case the server has forgotten the last one. A server that fails over may lose a claim; so only jobs that may be done
/// twice without harm use it. Which occurrence was claimed last is kept too: replicas whose clocks differ come to it one after the other.
struct RedisJobTurn: Sendable {
    private static let deadline = Duration.seconds(2)
    /// The first run of a service may come before its first connection.
    private static let patience = Duration.seconds(5)

    private let client: RedisClient
    private let prefix: String
    private let slot: Int
    /// This process. A claim whose reply was lost is granted to it once more.
    private let holder: String
    private let lease: Duration
    private let timeSource: any TimeSource

    init(client: RedisClient, namespace: String, lease: Duration, timeSource: any TimeSource) {
        self.client = client
        prefix = "{\(namespace):jobs}:"
        slot = RedisSlot.of(prefix)
        holder = RequestIdentifier.new()
        self.lease = lease
        self.timeSource = timeSource
    }

    /// Keys: claim, record of the job. Arguments: holder, lease in ms, occurrence in ms or nothing, attempt. Returns the fence, or 0 where
    /// the job runs elsewhere or somebody has claimed the occurrence.
    private static let claimScript = RedisScript(
        """
        local current = redis.call('get', KEYS[1])
        if current and string.sub(current, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
        local known = redis.call('hmget', KEYS[2], 'fence', 'occurrence', 'attempt')
        if ARGV[3] ~= '' then
            local occurrence, last = tonumber(ARGV[3]), tonumber(known[2] or -1)
            if occurrence < last or (occurrence == last and tonumber(ARGV[4]) <= tonumber(known[3])) then return 0 end
            redis.call('hset', KEYS[2], 'occurrence', ARGV[3], 'attempt', ARGV[4])
        end
        local time = redis.call('time')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local fence = string.format('%.0f', math.max(tonumber(known[1] or 0) + 1, now))
        redis.call('hset', KEYS[2], 'fence', fence)
        redis.call('set', KEYS[1], ARGV[1] .. fence, 'px', ARGV[2])
        return fence
        """)
    private static let renewScript = RedisScript(
        "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end")
    private static let releaseScript = RedisScript(
        "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end")

    /// Runs the body in the name of the claim; nil where another replica does it or has done it.
    ///
    /// - Throws: ``JobFailure`` where nobody can tell, or the claim was lost on the way; and what the body throws.
    func run<Value: Sendable>(
        _ context: JobContext, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let claimed = timeSource.uptime()
        guard let fence = try await claim(context) else { return nil }
        let key = claimKey(context.job)
        do {
            let value = try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    // Apart from the numbers of a shared database, which are small and may take over from these.
                    try await JobFence.$current.withValue(JobFence(job: "\(context.job)@redis", number: fence)) { try await body() }
                }
                group.addTask {
                    try await hold(key, fence, since: claimed, context.job)
                    return nil
                }
                while let ended = try await group.next() {
                    guard let value = ended else { continue }
                    group.cancelAll()
                    return value
                }
                throw CancellationError()
            }
            await release(key, fence)
            return value
        } catch {
            await release(key, fence)
            throw error
        }
    }

    private func claim(_ context: JobContext) async throws(JobFailure) -> Int64? {
        let occurrence =
            switch context.trigger {
            case .cron, .catchUp, .retry: "\(context.scheduledFor.milliseconds)"
            case .manual, .startup: ""
            }
        let arguments = [holder, "\(lease.wholeMilliseconds)", occurrence, "\(context.attempt)"]
        let keys = [claimKey(context.job), "\(prefix)\(context.job):record"]
        _ = await client.waitUntilConnected(atMost: Self.patience)
        do throws(RedisError) {
            let call = RedisScript.Call(Self.claimScript, keys: keys, texts: arguments)
            let fence = try await client.evaluate([call], slot: slot, within: Self.deadline).first?.integer
            return fence.flatMap { $0 > 0 ? $0 : nil }
        } catch {
            throw JobFailure(
                code: "claim", message: "Whether another replica does it cannot be told: \(error). It is tried again.", isRetryable: true,
                retryAfter: client.refusal)
        }
    }

    /// Renews the claim until its run has ended, and gives up before the claim may have.
    private func hold(_ key: String, _ fence: Int64, since claimed: Duration, _ job: String) async throws {
        var renewed = claimed
        let trusted = JobLease.trusted(of: lease)
        while (try? await Task.sleep(for: lease / 6)) != nil {
            let asked = timeSource.uptime()
            let call = RedisScript.Call(Self.renewScript, keys: [key], texts: [value(fence), "\(lease.wholeMilliseconds)"])
            switch try? await client.evaluate([call], slot: slot, within: Self.deadline).first?.integer {
            case 1: renewed = asked
            case 0: throw lost(job)
            default: break
            }
            if timeSource.uptime() - renewed >= trusted, !Task.isCancelled { throw lost(job) }
        }
    }

    private func lost(_ job: String) -> JobFailure {
        JobFailure(
            code: "lost_lease", message: "The claim of \(job) in Redis could not be renewed; another replica may have it by now.",
            isRetryable: true)
    }

    private func release(_ key: String, _ fence: Int64) async {
        // One that cannot be given back ends by itself.
        _ = try? await client.evaluate(
            [RedisScript.Call(Self.releaseScript, keys: [key], texts: [value(fence)])], slot: slot, within: Self.deadline)
    }

    private func claimKey(_ job: String) -> String { "\(prefix)\(job):claim" }
    private func value(_ fence: Int64) -> String { "\(holder)\(fence)" }
}
