import HearthTelemetry
import Hummingbird
import NIOCore

/// A document that has the same as a table of comma-separated values.
protocol TabularDocument: Encodable {
    var table: CSVTable { get }
}

/// How an answer is written; the parameter `format`.
enum AnswerFormat: String, CaseIterable {
    case json
    case csv

    func response(_ document: some TabularDocument) -> Response {
        switch self {
        case .json: JSONAnswer.response(document)
        case .csv: Self.response(document.table.text)
        }
    }

    static func response(_ csv: String) -> Response {
        Response(status: .ok, headers: [.contentType: "text/csv; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: csv)))
    }
}

extension ParameterReader {
    mutating func format() -> AnswerFormat { choice("format", of: AnswerFormat.self) ?? .json }

    /// The format, of a route that has no other parameter.
    static func formatAlone(_ request: Request, _ what: String) throws(APIError) -> AnswerFormat {
        var parameters = ParameterReader(request)
        let format = parameters.format()
        try parameters.finish(what)
        return format
    }
}
