/// A place where answers or records are kept; the `store` label.
package enum StoreName: String, MetricLabel {
    case memory
    case sqlite
    case redis
    case postgres

    package var index: Int {
        switch self {
        case .memory: 0
        case .sqlite: 1
        case .redis: 2
        case .postgres: 3
        }
    }
}
