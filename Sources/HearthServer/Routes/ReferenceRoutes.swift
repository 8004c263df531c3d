import HTTPTypes
import HearthPages
import HearthTelemetry
import Hummingbird
import NIOCore

/// What is the same for everyone: where things are, the reference, and the files that pages refer to.
struct ReferenceRoutes: Sendable {
    let configuration: HearthConfiguration

    func add(to router: RouterGroup<HearthRequestContext>) {
        router.get("/", use: welcome)
        router.get("docs") { _, _ in PageAnswer.response(ReferencePage.render()) }
        router.get("openapi.yaml") { _, _ in
            Response(
                status: .ok, headers: [.contentType: OpenAPIDocument.contentType],
                body: .init(byteBuffer: ByteBuffer(bytes: OpenAPIDocument.yaml)))
        }
        router.get("favicon.ico") { _, _ in
            var response = Self.file(Favicon.bytes, Favicon.contentType)
            // Its name says nothing of its content.
            response.headers[.cacheControl] = "public, max-age=86400"
            return response
        }
        // Nothing here is for a search engine.
        router.get("robots.txt") { _, _ in
            Response(
                status: .ok, headers: [.contentType: WelcomeText.contentType],
                body: .init(byteBuffer: ByteBuffer(string: "User-agent: *\nDisallow: /\n")))
        }
        for asset in PageAsset.all {
            router.get(RouterPath(asset.path)) { _, _ in Self.file(asset.bytes, asset.contentType) }
        }
    }

    /// Browsers are sent to the page; programs get a few lines of text.
    @Sendable private func welcome(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        if request.headers[.accept]?.contains("text/html") == true {
            return Response(status: .found, headers: [.location: PageViews.base])
        }
        let text = WelcomeText.render(
            WelcomeText.Model(
                version: HearthVersion.number, profile: configuration.profile.rawValue,
                isSimulated: configuration.provider.isSimulated,
                serviceURL: PageIdentity.serviceURL(of: request, configuration.listener)))
        return Response(
            status: .ok, headers: [.contentType: WelcomeText.contentType], body: .init(byteBuffer: ByteBuffer(bytes: text)))
    }

    private static func file(_ bytes: [UInt8], _ contentType: String) -> Response {
        var headers = PageAnswer.fields(PageHeaders.asset)
        headers[.contentType] = contentType
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
