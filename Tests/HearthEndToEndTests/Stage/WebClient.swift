import HearthDrivers
import HearthTestKit

/// An HTTP client for one address.
struct WebClient: Sendable {
    struct Reply: Sendable {
        var status: Int
        fileprivate var headers: HTTPClientHeaders
        var body: [UInt8]

        func header(_ name: String) -> String? { headers[name] }
        var fields: [(name: String, value: String)] { headers.all }
        var json: JSONNode { JSONNode(body) ?? .null }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let baseURL: String
    /// Sent with every request.
    private let key: [String: String]
    private let curl: CurlClient

    /// - Parameters:
    ///   - authority: a file of certificates to trust instead of the system's.
    ///   - key: the API key that it has.
    init(baseURL: String, trusting authority: String? = nil, key: String? = nil) throws {
        self.baseURL = baseURL
        self.key = key.map { ["X-API-Key": $0] } ?? [:]
        var limits = CurlClient.Limits()
        limits.maximumRequests = 1024
        limits.maximumConnections = 512
        limits.trustedCertificatesFile = authority
        curl = try CurlClient(limits: limits)
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Reply {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ body: String = "", headers: [String: String] = [:]) async throws -> Reply {
        try await send(.post, path, body: Array(body.utf8), headers: headers)
    }

    func send(
        _ method: HTTPClientRequest.Method, _ path: String, body: [UInt8] = [], headers: [String: String] = [:],
        timeout: Duration = .seconds(60)
    ) async throws -> Reply {
        let response = try await curl.send(
            HTTPClientRequest(
                method: method, url: baseURL + path, headers: key.merging(headers) { $1 }.map { .init($0.key, $0.value) }, body: body,
                totalTimeout: timeout,
                maximumResponseBytes: 8 << 20))
        return Reply(status: response.status, headers: response.headers, body: response.body)
    }
}
