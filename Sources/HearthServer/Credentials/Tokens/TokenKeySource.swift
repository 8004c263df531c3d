import HearthDrivers
import HearthScheduling
import HearthTelemetry

/// Reads the issuer's keys anew, from where the configuration says and from nowhere else.
struct TokenKeySource: Sendable {
    let source: HearthConfiguration.Tokens.Source
    let verifier: TokenVerifier
    let http: any HTTPSending

    private static let timeout = Duration.seconds(5)

    /// Whether there is anything to read anew.
    var isRefreshable: Bool {
        if case .secret = source { return false }
        return true
    }

    /// Takes the keys over; where that fails, those that were read last stay.
    ///
    /// - Returns: how many there are.
    func refresh() async throws -> Int {
        let keys = try await read()
        verifier.use(keys)
        return keys.count
    }

    private func read() async throws -> TokenKeySet {
        switch source {
        case .secret(let secret):
            return try await TokenKeySet(secret: secret)
        case .file(let path):
            do {
                return try await TokenKeySet(jwks: Array(try BoundedFile.text(at: path, limit: TokenKeySet.maximumBytes).utf8))
            } catch let error as BoundedFile.Problem {
                throw TokenKeySet.Fault(description: error.reason)
            }
        case .url(let url):
            let response = try await http.send(
                HTTPClientRequest(
                    url: url, headers: [.init("Accept", "application/json")], totalTimeout: Self.timeout,
                    maximumResponseBytes: TokenKeySet.maximumBytes))
            guard response.status == 200 else { throw TokenKeySet.Fault(description: "the answer has the status \(response.status)") }
            return try await TokenKeySet(jwks: response.body)
        }
    }
}
