import Foundation
import HearthDrivers
import HearthTestKit

/// A client for the service under test and for the Prometheus that watches it.
struct HTTPProbe: Sendable {
    let baseURL: String
    private let curl: CurlClient

    init(baseURL: String) throws {
        self.baseURL = baseURL
        curl = try CurlClient()
    }

    func get(_ path: String, _ parameters: KeyValuePairs<String, String> = [:]) async throws -> (status: Int, json: JSONNode) {
        var allowed = CharacterSet.urlQueryAllowed
        allowed.remove(charactersIn: "+&=#")
        let query = parameters.map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
        return try await send(.get, path + (query.isEmpty ? "" : "?" + query.joined(separator: "&")), body: "")
    }

    func post(_ path: String, _ body: String = "") async throws -> (status: Int, json: JSONNode) {
        try await send(.post, path, body: body)
    }

    func send(_ method: HTTPClientRequest.Method, _ path: String, body: String) async throws -> (status: Int, json: JSONNode) {
        let response = try await curl.send(
            HTTPClientRequest(
                method: method, url: baseURL + path, headers: body.isEmpty ? [] : [.init("Content-Type", "application/json")],
                body: Array(body.utf8), totalTimeout: .seconds(20), maximumResponseBytes: 8 << 20))
        return (response.status, JSONNode(response.body) ?? .null)
    }
}
