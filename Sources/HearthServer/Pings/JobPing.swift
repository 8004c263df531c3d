import HearthDrivers
import HearthScheduling
import HearthTelemetry

/// One word to a dead-man's switch, in the form that healthchecks servers take: `URL/start`, `URL` and `URL/fail`, with the run's id as `rid`
/// so that the switch can tell how long the run took.
struct JobPing: Sendable {
    enum Event: String, Sendable {
        case start = "/start"
        case success = ""
        case failure = "/fail"
    }

    var job: String
    var event: Event
    var runID: RunID
    /// For people who look at the switch.
    var text: String

    init(_ run: StartedRun) {
        job = run.job
        event = .start
        runID = run.runID
        text = "\(run.job), run \(run.runID), attempt \(run.attempt), started at \(run.startedAt)\n"
    }

    /// Nil for what is neither a success nor a failure.
    init?(_ completion: RunCompletion) {
        switch completion.state.outcome {
        case .success: event = .success
        case .failure, .timeout: event = .failure
        case .cancelled, .waiting, .running, .skipped, .missed: return nil
        }
        job = completion.job
        runID = completion.runID
        var lines = ["\(completion.job), run \(completion.runID), attempt \(completion.attempt): \(completion.state.rawValue)"]
        if let duration = completion.duration { lines.append("duration_ms: \(duration.wholeMilliseconds)") }
        if let result = completion.result { lines.append("result: \(result.json)") }
        if let error = completion.errorMessage { lines.append("error: \(error)") }
        text = lines.joined(separator: "\n") + "\n"
    }

    func request(to url: Secret) -> HTTPClientRequest {
        // What follows a question mark belongs behind the path that is added.
        let parts = url.reveal().split(separator: "?", maxSplits: 1)
        let path = parts.first.map { $0.hasSuffix("/") ? String($0.dropLast()) : String($0) } ?? ""
        let query = parts.count > 1 ? "\(parts[1])&" : ""
        return HTTPClientRequest(
            method: .post, url: "\(path)\(event.rawValue)?\(query)rid=\(runID)",
            headers: [.init("Content-Type", "text/plain; charset=utf-8"), .init("User-Agent", "hearth/\(HearthVersion.number)")],
            body: Array(text.utf8.prefix(10_000)), connectTimeout: .seconds(5), totalTimeout: .seconds(10),
            maximumResponseBytes: 64 << 10)
    }
}
