/// What `GET /` says to programs; browsers are sent to the page.
package enum WelcomeText {
    package struct Model: Sendable {
        package var version: String
        package var profile: String
        package var isSimulated: Bool
        /// Where the service is reached, without a slash at the end.
        package var serviceURL: String

        package init(version: String, profile: String, isSimulated: Bool, serviceURL: String) {
            self.version = version
            self.profile = profile
            self.isSimulated = isSimulated
            self.serviceURL = serviceURL
        }
    }

    package static let contentType = "text/plain; charset=utf-8"

    /// Plain text in UTF-8, one address a line.
    package static func render(_ model: Model) -> [UInt8] {
        let url = model.serviceURL
        let provider = model.isSimulated ? ", SIMULATED answers" : ""
        return Array(
            """
            Hearth \(model.version) keeps AI answers warm. Profile \(model.profile)\(provider).

            Ask        curl -s \(url)/api/v1/cache/query -H 'Content-Type: application/json' -d '{"query": "Do you sell gift cards?"}'
            Page       \(url)/admin/cache-analytics
            Reference  \(url)/docs
            OpenAPI    \(url)/openapi.yaml
            Metrics    \(url)/metrics
            Health     \(url)/healthz  \(url)/readyz

            """.utf8)
    }
}
