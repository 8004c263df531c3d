/// Which build of Hearth this is.
package struct BuildInfo: Sendable {
    package let version: String
    /// The commit it was built from, or `unknown`.
    package let revision: String

    package init(version: String, revision: String = "unknown") {
        self.version = version
        self.revision = revision
    }

    /// Exposes `hearth_build_info` and `swift_info`.
    package func register(in registry: MetricRegistry) {
        registry.gauge(MetricCatalogue.swiftInfo, labels: [Self.compiler]).set(1.0)
        registry.gauge(MetricCatalogue.buildInfo, labels: [version, revision, Self.compiler, Self.architecture]).set(1.0)
    }

    /// The compiler's version, as precisely as a compiler can be asked about itself.
    package static var compiler: String {
        #if compiler(>=6.5)
        "6.5 or later"
        #elseif compiler(>=6.4)
        "6.4"
        #elseif compiler(>=6.3.2)
        "6.3.2 or later"
        #elseif compiler(>=6.3.1)
        "6.3.1"
        #else
        "6.3"
        #endif
    }

    package static var architecture: String {
        #if arch(x86_64)
        "x86_64"
        #elseif arch(arm64)
        "arm64"
        #else
        "other"
        #endif
    }
}
