/// What this build is.
package enum HearthVersion {
    /// The version of the product (Semantic Versioning 2.0.0).
    package static let number = "0.1.0"
}
