import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

/// Everything about replicas that share something. A suite's tests follow each other, as each has several services of its own.
@Suite
struct SharedEngineTests {}

/// Replicas of the service, each with a folder of its own, on one PostgreSQL database.
final class Replicas: Sendable {
    let url: String
    let stages: [Stage]
    /// The database as the test sees it.
    let database: PostgresClient

    /// - Parameter server: one that the test stops and freezes; nil for the server of all tests.
    init(_ count: Int, on server: PostgresServer? = nil) async throws {
        if let server { url = server.url } else { url = try await PostgresScratch.url() }
        database = PostgresClient(
            address: try PostgresAddress(url: url), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var stages: [Stage] = []
        for _ in 0..<count { stages.append(try await Stage()) }
        self.stages = stages
    }

    /// Starts one replica.
    ///
    /// - Parameter jobs: the inside of `jobs:` in its configuration
    func start(_ number: Int, jobs: [String] = [], environment: [String: String] = [:]) async throws -> RunningHearth {
        try await stages[number].start(
            settings: "cache:\n  lookupDeadline: 5s\njobs:\n" + jobs.map { "  \($0)\n" }.joined() + "  probe-stores: {retries: 0}\n",
            environment: ["DATABASE_URL": url, "DATABASE_JOB_LEASE": "3s"].merging(environment) { $1 })
    }

    func startAll(jobs: [String] = [], environment: [String: String] = [:]) async throws -> [RunningHearth] {
        try await withThrowingTaskGroup(of: (Int, RunningHearth).self) { group in
            for number in stages.indices { group.addTask { (number, try await self.start(number, jobs: jobs, environment: environment)) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Asks all replicas until the task is cancelled or each has had its number; returns the statuses by replica.
    ///
    /// About a hundred questions a second and replica: tests that watch the clock run beside this one.
    static func load(_ replicas: [RunningHearth], questions: Int = .max) async -> [[Int: Int]] {
        await withTaskGroup(of: (Int, [Int: Int]).self) { group in
            for (number, replica) in replicas.enumerated() {
                group.addTask {
                    var statuses: [Int: Int] = [:]
                    var asked = 0
                    while asked < questions, !Task.isCancelled {
                        let status = (try? await replica.ask("Is there parking for \(asked % 7 + 2) cars?", language: "en").status) ?? 0
                        statuses[status, default: 0] += 1
                        asked += 1
                        try? await Task.sleep(for: .milliseconds(8))
                    }
                    return (number, statuses)
                }
            }
            var all = Array(repeating: [Int: Int](), count: replicas.count)
            for await (number, statuses) in group { all[number] = statuses }
            return all
        }
    }

    /// The requests that a replica's report shows, its own unwritten ones included.
    static func totalRequests(_ replica: RunningHearth) async throws -> Int? {
        try await replica.statistics()["metrics"]["totalRequests"].integer
    }

    /// Whether a replica's report has every request that all of them have answered, by their own count.
    static func reportIsComplete(_ replica: RunningHearth, of replicas: [RunningHearth], atLeast least: Int = 1) async throws -> Bool {
        var answered = 0
        for replica in replicas { answered += Int(try await replica.metrics().value("hearth_cache_requests_total") ?? 0) }
        return try await totalRequests(replica) == answered && answered >= least
    }

    /// Firings that more than one run has done.
    func firingsDoneTwice() async throws -> Int {
        try await database.query(
            "SELECT 1 FROM job_run WHERE state = 'succeeded' GROUP BY job, scheduled_for HAVING count(*) > 1"
        ).count
    }

    /// A schedule with seconds that fires once, so many seconds from now.
    static func once(in seconds: Int64) -> String {
        let of = (SystemTimeSource().now().seconds + seconds) % 86_400
        return "\(of % 60) \(of / 60 % 60) \(of / 3600) * * *"
    }
}
