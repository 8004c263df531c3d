import HTTPTypes
import HearthPages
import Hummingbird
import NIOCore

/// How pages are sent.
enum PageAnswer {
    static func fields(_ pairs: [(name: String, value: String)]) -> HTTPFields {
        var fields = HTTPFields()
        for pair in pairs { fields[.known(pair.name)] = pair.value }
        return fields
    }

    static func response(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: fields(PageHeaders.page), body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The page, or its parts for one that is open already, which are not sent where they are still the same.
    static func response(_ rendered: RenderedPage, to request: Request, _ reading: PageReading) -> Response {
        guard reading.isFragment else { return response(rendered.page) }
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        let isKnown = known.contains { $0 == rendered.entityTag || $0 == "W/" + rendered.entityTag }
        var response = isKnown ? Response(status: .notModified, headers: fields(PageHeaders.page)) : response(rendered.fragment)
        if isKnown {
            response.headers[.contentType] = nil
            response.headers[.known(PageHeaders.updated)] = rendered.updated
        }
        response.headers[.eTag] = rendered.entityTag
        return response
    }

    /// - Parameter address: relative to the request's own, so that it holds behind a proxy that puts something in front.
    static func redirect(_ status: HTTPResponse.Status, to address: String) -> Response {
        var headers = fields(PageHeaders.page)
        headers[.contentType] = nil
        headers[.location] = address
        return Response(status: status, headers: headers)
    }
}
