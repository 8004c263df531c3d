import Foundation
import FoundationXML
import HearthPages
import HearthTelemetry

extension Timestamp {
    /// A Sunday in the middle of the tests.
    static let noon = Timestamp(milliseconds: 1_795_348_800_000)
}

/// A page taken apart by an XML parser, which is stricter than browsers are.
///
/// Everything is read while it is made; afterwards it does not change, so that tests may share it.
final class ParsedPage: NSObject, XMLParserDelegate, @unchecked Sendable {
    struct Element {
        var name: String
        var attributes: [String: String]
        /// With the text of what is in it.
        var text = ""
        /// Without.
        var own = ""
        /// The place in ``elements``.
        var index: Int
        /// The places of what is in it.
        var inside: Range<Int>
    }

    private(set) var elements: [Element] = []
    private(set) var problem: String?
    private var open: [Int] = []

    /// - Parameter html: its void elements are closed here, since HTML leaves them open.
    init(_ html: [UInt8]) {
        super.init()
        var text = String(decoding: html, as: UTF8.self).replacing("<!doctype html>", with: "")
        text = text.replacingOccurrences(
            of: "<(meta|link|br|hr|img|input)\\b([^>]*)>", with: "<$1$2/>", options: .regularExpression)
        // Attributes without a value are sound in HTML, but not in XML.
        for name in ["selected", "hidden", "required", "defer", "data-keep"] {
            text = text.replacingOccurrences(of: "\" \(name)", with: "\" \(name)=\"\"")
        }
        text = text.replacingOccurrences(of: "<details open>", with: "<details>")
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        if !parser.parse() {
            problem = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "not well formed")"
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes, index: elements.count, inside: 0..<0))
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        let index = open.removeLast()
        elements[index].inside = index + 1..<elements.count
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        for index in open { elements[index].text += text }
        if let last = open.last { elements[last].own += text }
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    var ids: [String] { elements.compactMap { $0.attributes["id"] } }
    var text: String { elements.first?.text ?? "" }
}
