package import HearthTelemetry

/// One route of the service: what the OpenAPI document and the reference say about it.
package struct APIRoute: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package enum Section: String, Sendable, CaseIterable {
        case cache = "Cache"
        case gateway = "Gateway"
        case inbox = "WhatsApp"
        case jobs = "Jobs"
        case operations = "Operations"
    }

    /// Who may use it, where there are credentials.
    package enum Access: Sendable, Equatable {
        case open
        /// The caller signs the request by a secret of its own.
        case signature
        case scope(Scope)
    }

    package var method: Method
    /// With parameters in braces: `/api/v1/jobs/{name}`.
    package var path: String
    package var section: Section
    package var access: Access
    /// Unique, for generated clients.
    package var operation: String
    package var summary: String
    package var meaning: String
    package var parameters: [Parameter] = []
    package var request: Body?
    package var answer: Answer
    /// What may go wrong, beside what may on every route.
    package var errors: [Failure] = []
    /// Its errors have the provider's form.
    package var hasProviderErrors: Bool { section == .gateway }

    package struct Parameter: Sendable {
        package enum Place: String, Sendable {
            case path
            case query
            case header
        }

        package var place: Place
        package var field: APIField
    }

    package struct Body: Sendable {
        package var schema: String
        package var isRequired: Bool
        package var example: DocumentValue
    }

    package struct Answer: Sendable {
        package var status: Int
        package var meaning: String
        package var content: Content
        /// Names of ``APIHeader/all``.
        package var headers: [String] = []
    }

    package enum Content: Sendable {
        case json(schema: String, example: DocumentValue)
        /// JSON, or the same as a table of comma-separated values.
        case jsonOrTable(schema: String, example: DocumentValue)
        /// JSON, or the same in pieces as server-sent events.
        case jsonOrEvents(schema: String, example: DocumentValue)
        /// Other text, by its media types.
        case text([String])
        /// A redirect to an address.
        case none
    }

    package struct Failure: Sendable {
        package var status: Int
        /// The stable code; several may share a status.
        package var code: String
        package var meaning: String
    }
}

/// A header of answers.
package struct APIHeader: Sendable {
    package var name: String
    package var meaning: String
    package var schema: DocumentValue

    package static let all = [
        APIHeader(name: "X-Request-Id", meaning: "The request's id: the caller's, or one of Hearth's own.", schema: ["type": "string"]),
        APIHeader(
            name: "Cache-Status",
            meaning:
                "What the cache did (RFC 9211): hit with the seconds left, or why the provider was asked and whether the answer was kept.",
            schema: ["type": "string", "examples": ["hearth; hit; ttl=2540", "hearth; fwd=miss; fwd-status=200; stored"]]),
        APIHeader(
            name: "Age", meaning: "Seconds since the answer was kept; only with answers from the cache.",
            schema: ["type": "integer", "minimum": 0]),
        APIHeader(name: "Server-Timing", meaning: "The response time in milliseconds as total;dur.", schema: ["type": "string"]),
        APIHeader(
            name: "Retry-After", meaning: "Seconds to wait before asking again.", schema: ["type": "integer", "minimum": 1, "maximum": 120]),
        APIHeader(
            name: "RateLimit-Policy",
            meaning: "The limits of the credential, where it has some: q requests in w seconds (draft-ietf-httpapi-ratelimit-headers).",
            schema: ["type": "string", "examples": ["\"rate\";q=20;w=2, \"concurrency\";q=4;qu=\"concurrent-requests\""]]),
        APIHeader(
            name: "RateLimit", meaning: "Requests that are left, and the seconds until all are there again.",
            schema: ["type": "string", "examples": ["\"rate\";r=17;t=1"]]),
        APIHeader(
            name: "X-Hearth-Cost-USD", meaning: "What this request paid to the provider, in US dollars; absent while a stream arrives.",
            schema: ["type": "string", "examples": ["0.002000"]]),
        APIHeader(
            name: "X-Hearth-Saved-USD", meaning: "What this request did not have to pay, in US dollars; absent while a stream arrives.",
            schema: ["type": "string", "examples": ["0.002000"]]),
        APIHeader(
            name: "x-should-retry", meaning: "Whether clients should ask again by themselves.",
            schema: ["type": "string", "enum": ["true", "false"]]),
        APIHeader(name: "Location", meaning: "Where to go.", schema: ["type": "string"]),
    ]
}

extension APIRoute {
    /// Every route, in the order of the reference.
    package static let all = cache + intents + entries + gateway + inbox + jobs + customers + audit + observation + operations

    /// What may go wrong on every route that needs a credential.
    package static let commonFailures = [
        Failure(status: 401, code: "unauthorized", meaning: "The request has no credential that is valid."),
        Failure(status: 403, code: "forbidden", meaning: "The credential lacks the scope; the message names it."),
        Failure(
            status: 429, code: "rate_limited",
            meaning:
                "The credential asks more often, or for more at one time, than it may, or too many credentials from this address were not valid; Retry-After says when to ask again."
        ),
        Failure(status: 500, code: "internal_error", meaning: "Hearth failed; the log has the reason under the request's id."),
    ]

    /// All failures of the route.
    package var failures: [Failure] {
        guard scope != nil else { return errors }
        return errors + Self.commonFailures.filter { common in !errors.contains { $0.status == common.status && $0.code == common.code } }
    }

    /// What a credential must be good for; nil where none is needed.
    package var scope: Scope? {
        if case .scope(let scope) = access { return scope }
        return nil
    }

    static let budgetExhausted = Failure(
        status: 429, code: "budget_exhausted",
        meaning: "The tenant's budget for this day (UTC) leaves no room for a call to the provider; kept answers are still served.")
    static let storeUnavailable = Failure(
        status: 503, code: "store_unavailable", meaning: "The store cannot be read or written now; Retry-After says when to ask again.")
    static let unknownJob = Failure(status: 404, code: "not_found", meaning: "There is no job of this name.")
    static let faultyParameter = Failure(
        status: 400, code: "invalid_request", meaning: "A parameter is faulty or unknown; each of them is listed.")
    static let tooLarge = Failure(status: 413, code: "too_large", meaning: "The body is over the limit, 256 KiB by default.")
    static let gatewayTooLarge = Failure(status: 413, code: "too_large", meaning: "The body is over the limit, 4 MiB by default.")

    /// - Parameter lines: what csv has a line for.
    static func format(lines: String) -> Parameter {
        Parameter(
            place: .query, field: .optional("format", .choice(["json", "csv"]), "csv has one line for each \(lines).", default: "json"))
    }

    static func pathName() -> Parameter {
        Parameter(place: .path, field: .required("name", .text, "The job's name, such as prune-cache."))
    }
}
