/// Where the pages and what they point to are, without the slash in front.
package enum ServicePath {
    package static let pages = "admin/cache-analytics"
    package static let reference = "docs"
    package static let metrics = "metrics"
    package static let openAPI = "openapi.yaml"
    package static let api = "api/v1"
    package static let assets = "admin/cache-analytics/assets/"
    /// Forms of confirmed actions are sent below it.
    package static let actions = "admin/cache-analytics/actions"
}
