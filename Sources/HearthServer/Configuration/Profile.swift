/// Which set of defaults and rules applies: the third-weakest layer of configuration, above the plain defaults.
package enum Profile: String, CaseIterable, Sendable {
    case development
    case staging
    case production
}
