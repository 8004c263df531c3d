import Crypto
import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing
import Yams

/// Every operation of the served document, which a test holds equal to the routes, with what the document says that it needs.
struct ServedOperation: Sendable, CustomStringConvertible {
    enum Access: Equatable, Sendable {
        case open
        /// The caller signs the request.
        case signed
        case scope(String)
    }

    var method: HTTPClientRequest.Method
    var path: String
    var access: Access
    /// The statuses of its answers, by the document.
    var statuses: Set<String>

    var description: String { "\(method.rawValue) \(path)" }

    static func all(_ hearth: RunningHearth) async throws -> [ServedOperation] {
        let document = try #require(try Yams.load(yaml: try await hearth.client.get("/openapi.yaml").text) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        var all: [ServedOperation] = []
        for (path, operations) in paths {
            for (method, description) in operations {
                let operation = try #require(description as? [String: Any])
                let security = try #require(operation["security"] as? [[String: [String]]])
                let scopes = Set(security.flatMap { $0.values.flatMap(\.self) })
                #expect(scopes.count <= 1)
                let kind = try #require(HTTPClientRequest.Method(rawValue: method.uppercased()))
                let access: Access = scopes.first.map { .scope($0) } ?? (path.hasPrefix("/webhooks/") ? .signed : .open)
                let responses = try #require(operation["responses"] as? [String: Any])
                all.append(ServedOperation(method: kind, path: path, access: access, statuses: Set(responses.keys)))
            }
        }
        return all.sorted { $0.description < $1.description }
    }

    /// Sends something that whoever is let in is told to be faulty or absent, or that changes nothing.
    func send(_ hearth: RunningHearth, _ headers: [String: String] = [:], query: String = "") async throws -> WebClient.Reply {
        let address = path.replacing("{name}", with: "no-such-job").replacing("{id}", with: "no-such-thing")
            .replacing("{cacheKey}", with: "en:" + String(repeating: "0", count: 64))
        let body = method == .post || method == .put ? #"{"surprise":true}"# : ""
        return try await hearth.client.send(method, address + query, body: Array(body.utf8), headers: headers)
    }
}

@Suite("Every route with every credential", .serialized, .timeLimit(.minutes(10)))
struct AccessMatrixTests {
    private static let scopes = Scope.allCases.map(\.rawValue)
    private static let jwtSecret = "a secret of more than thirty-two bytes"

    @Test("A route is reached by the one scope that it needs and by nothing else; strangers learn nothing of it")
    func matrix() async throws {
        let stage = try await Stage()
        var good: [String: String] = [:]
        for scope in Self.scopes { good[scope] = try await AccessKeys.create(stage, name: scope, scopes: scope) }
        let everything = try await AccessKeys.create(stage, name: "everything", scopes: Self.scopes.joined(separator: ","))
        let revoked = try await AccessKeys.create(stage, name: "revoked", scopes: Self.scopes.joined(separator: ","))
        #expect(try await stage.run(["keys", "revoke", "revoked"]).status == 0)
        let expired = try await AccessKeys.create(stage, name: "expired", scopes: Self.scopes.joined(separator: ","), expires: "1s")
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\ncredentials: {failuresPerMinute: 10000}\n",
            environment: [
                "HEARTH_JWT_SECRET": Self.jwtSecret, "HEARTH_JWT_ISSUER": "tests", "HEARTH_JWT_AUDIENCE": "hearth",
            ])
        let foreign = "hearth_" + String(everything.dropFirst(7).reversed())
        let hash = SHA256.hash(data: Data(everything.utf8)).map { String(format: "%02x", $0) }.joined()
        func bearer(_ key: String) -> [String: String] { ["Authorization": "Bearer \(key)"] }
        try await Deadline.until("the key has expired") {
            try await hearth.client.get("/api/v1/jobs", headers: bearer(expired)).status == 401
        }
        let bad: [(String, [String: String])] = [
            ("none", [:]), ("expired", bearer(expired)), ("revoked", bearer(revoked)), ("foreign", bearer(foreign)), ("hash", bearer(hash)),
            ("hash as key", ["X-API-Key": hash]), ("expired token", bearer(Self.token(Self.scopes, lasts: -120))),
            ("unsigned token", bearer(Self.token(Self.scopes, algorithm: "none"))),
            ("another scheme", ["Authorization": "Basic \(everything)"]), ("in the address", ["Cookie": "key=\(everything)"]),
        ]
        let operations = try await ServedOperation.all(hearth)
        #expect(operations.count > 40)
        for operation in operations {
            for (name, headers) in bad {
                let reply = try await operation.send(hearth, headers)
                switch operation.access {
                case .open: #expect((200..<400).contains(reply.status), "\(operation) with \(name): \(reply.status)")
                case .signed: #expect(reply.status == 404, "\(operation) with \(name): \(reply.status)")
                case .scope: #expect(reply.status == 401, "\(operation) with \(name): \(reply.status)")
                }
            }
            guard case .scope(let needed) = operation.access else { continue }
            for scope in Self.scopes {
                for headers in [bearer(good[scope] ?? ""), ["X-API-Key": good[scope] ?? ""], bearer(Self.token([scope], lasts: 600))] {
                    let reply = try await operation.send(hearth, headers)
                    if scope == needed {
                        #expect(
                            ![401, 403, 405].contains(reply.status) && reply.status < 500, "\(operation) with \(scope): \(reply.status)")
                    } else {
                        #expect(reply.status == 403, "\(operation) with \(scope): \(reply.status)")
                        #expect(reply.text.contains("lacks the scope \(needed)"), "\(operation) with \(scope)")
                    }
                }
            }
            let reply = try await operation.send(hearth, bearer(everything))
            #expect(![401, 403, 405].contains(reply.status) && reply.status < 500, "\(operation): \(reply.status)")
        }
        let metrics = try await hearth.metrics(headers: bearer(everything))
        for result in ["key", "token", "missing", "unknown", "expired", "revoked", "token_refused"] {
            #expect(metrics.value("hearth_access_decisions_total", ["result": result]) ?? 0 > 0, "\(result)")
        }
        #expect(metrics.value("hearth_access_keys", ["state": "revoked"]) == 1)
        #expect(metrics.value("hearth_access_keys", ["state": "expired"]) == 1)
        #expect(metrics.value("hearth_access_token_keys") == 1)
        #expect(metrics.value("hearth_access_known_tokens") ?? 0 >= Double(Self.scopes.count))
        for secret in good.values + [everything, revoked, expired, hash, Self.jwtSecret] {
            #expect(!hearth.program.errors.contains(secret))
        }
    }

    /// A token by the shared secret.
    static func token(_ scopes: [String], lasts: Int64 = 600, algorithm: String = "HS256") -> String {
        let now = SystemTimeSource().now().seconds
        let parts = [
            #"{"alg":"\#(algorithm)","typ":"JWT"}"#,
            #"{"iss":"tests","aud":"hearth","sub":"a","exp":\#(now + lasts),"scope":"\#(scopes.joined(separator: " "))"}"#,
        ]
        let signed = parts.map { base64(Data($0.utf8)) }.joined(separator: ".")
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(jwtSecret.utf8)))
        return signed + "." + base64(Data(code))
    }

    private static func base64(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// Keys that a test makes by the command line.
enum AccessKeys {
    /// - Parameter environment: of the command, such as where the database is
    static func create(
        _ stage: Stage, name: String, tenant: String = "default", scopes: String, expires: String = "1h",
        environment: [String: String] = [:]
    ) async throws -> String {
        let result = try await stage.run(
            ["keys", "create", "--name", name, "--tenant", tenant, "--scopes", scopes, "--expires", expires], environment: environment)
        try #require(result.status == 0, "\(result.errors)")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
