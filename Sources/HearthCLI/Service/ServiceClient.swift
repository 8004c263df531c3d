import HearthDrivers
import HearthServer

/// Talks to a running service and turns what goes wrong into failures of a command.
struct ServiceClient: Sendable {
    let baseURL: String
    let timeout: Duration
    let key: Secret?
    let sender: any HTTPSending

    struct Answer: Sendable {
        var body: JSONValue
        var headers: HTTPClientHeaders
    }

    func get(_ path: String, query: [(name: String, value: String?)] = []) async throws -> Answer {
        try await send(.get, path, query: query, body: nil)
    }

    func post(
        _ path: String, query: [(name: String, value: String?)] = [], headers: [(name: String, value: String)] = [], body: JSONValue? = nil
    ) async throws -> Answer {
        try await send(.post, path, query: query, headers: headers, body: body)
    }

    func put(_ path: String, body: JSONValue) async throws -> Answer {
        try await send(.put, path, query: [], body: body)
    }

    func delete(_ path: String, query: [(name: String, value: String?)] = []) async throws -> Answer {
        try await send(.delete, path, query: query, body: nil)
    }

    /// An answer that is no JSON: metrics.
    func text(_ path: String, accept: String) async throws -> (text: String, contentType: String) {
        let response = try await exchange(.get, path, query: [], accept: accept, body: nil)
        guard let text = String(validating: response.body, as: UTF8.self) else {
            throw CommandFailure("\(baseURL)\(path) gave an answer that is not UTF-8 text")
        }
        return (text, response.headers["Content-Type"] ?? "")
    }

    private func send(
        _ method: HTTPClientRequest.Method, _ path: String, query: [(name: String, value: String?)],
        headers: [(name: String, value: String)] = [], body: JSONValue?
    ) async throws -> Answer {
        let response = try await exchange(method, path, query: query, accept: "application/json", headers: headers, body: body)
        guard let answer = JSONReader.read(response.body) else {
            throw CommandFailure("\(baseURL) gave an answer that is not JSON; check that the address is Hearth's")
        }
        return Answer(body: answer, headers: response.headers)
    }

    /// Sends and turns what is no success into failures.
    private func exchange(
        _ method: HTTPClientRequest.Method, _ path: String, query: [(name: String, value: String?)], accept: String,
        headers more: [(name: String, value: String)] = [], body: JSONValue?
    ) async throws -> HTTPClientResponse {
        var headers = [HTTPClientRequest.Header("Accept", accept), .init("User-Agent", "hearth/\(BuildIdentity.version)")]
        headers += more.map { .init($0.name, $0.value) }
        if body != nil { headers.append(.init("Content-Type", "application/json")) }
        if let key { headers.append(.init("Authorization", "Bearer \(key.reveal())")) }
        let request = HTTPClientRequest(
            method: method, url: baseURL + path + Self.queryText(query), headers: headers, body: body.map { Array($0.line.utf8) } ?? [],
            connectTimeout: min(timeout, .seconds(5)), totalTimeout: timeout, maximumResponseBytes: 16 << 20)
        let response: HTTPClientResponse
        do {
            response = try await sender.send(request)
        } catch {
            throw failure(error)
        }
        guard (200...299).contains(response.status) else {
            throw failure(status: response.status, body: JSONReader.read(response.body), headers: response.headers)
        }
        return response
    }

    private func failure(_ error: HTTPClientError) -> CommandFailure {
        switch error.kind {
        case .connect, .resolve:
            CommandFailure(
                "Hearth does not answer at \(baseURL). Start it with: hearth serve --simulate-provider (or give its address with --url)",
                details: ["\(error)"])
        case .connectTimeout, .totalTimeout:
            CommandFailure(
                "\(baseURL) gave no answer within \(SettingText.write(timeout)). Try again, or wait longer with --timeout",
                status: ExitStatus.tryAgainLater, details: ["\(error)"])
        case .cancelled: CommandFailure("interrupted", status: ExitStatus.interrupted)
        default: CommandFailure("\(error)")
        }
    }

    /// The service says itself what failed and what to do; the request's id helps to find it in the log.
    private func failure(status: Int, body: JSONValue?, headers: HTTPClientHeaders) -> CommandFailure {
        let faults = (body?["details"]?.items ?? []).compactMap { item -> (field: String, problem: String)? in
            guard let field = item["field"]?.text, let problem = item["problem"]?.text else { return nil }
            return (field, problem)
        }
        let details = faults.map { "\($0.field): \($0.problem)" }
        var message = body?["message"]?.text ?? "\(baseURL) answered with status \(status)"
        let unsaid = faults.filter { [message] in !message.contains("\($0.field) \($0.problem)") }.map { "\($0.field): \($0.problem)" }
        if status == 400, !unsaid.isEmpty { message += " (" + unsaid.prefix(3).joined(separator: "; ") + ")" }
        if status == 401 || status == 403 { message += " Give the key with --key-file." }
        if let identifier = body?["requestId"]?.text ?? headers["x-request-id"] { message += " (request \(identifier))" }
        let exit: Int32 =
            switch status {
            case 400, 413, 422: ExitStatus.usage
            case 429, 503, 504: ExitStatus.tryAgainLater
            default: ExitStatus.failed
            }
        return CommandFailure(message, status: exit, details: details)
    }

    /// `?name=value&…` of the members that have a value, percent-encoded; empty without any.
    static func queryText(_ query: [(name: String, value: String?)]) -> String {
        let parts = query.compactMap { item in item.value.map { percentEncoded(item.name) + "=" + percentEncoded($0) } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// Everything but the unreserved characters of RFC 3986.
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
