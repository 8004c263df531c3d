/// Where the text of an answer came from; the `source` field of `POST /api/v1/cache/query`.
package enum AnswerSource: String, CaseIterable, Codable, Sendable {
    case memory
    case store
    case upstream
    case stale
}
