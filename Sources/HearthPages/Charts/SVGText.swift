/// Writes SVG: presentation by attributes and classes only, coordinates with one decimal, the same text for the same chart.
struct SVGText {
    private(set) var text = ""

    /// An element without content.
    mutating func element(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        open(name, attributes, isEmpty: true)
    }

    /// An element with a title that browsers show beside the pointer.
    mutating func element(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, title: String) {
        open(name, attributes, isEmpty: false)
        text += "<title>" + Self.escape(title) + "</title></\(name)>"
    }

    mutating func label(_ content: String, _ attributes: KeyValuePairs<StaticString, String>) {
        open("text", attributes, isEmpty: false)
        // Pictures run left to right; a label of a right-to-left script that begins with a number is told to run its own way.
        if content.first?.isNumber == true, content.unicodeScalars.contains(where: { (0x590...0x8FF).contains($0.value) }) {
            text += "\u{200F}"
        }
        text += Self.escape(content) + "</text>"
    }

    mutating func begin(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        open(name, attributes, isEmpty: false)
    }

    mutating func end(_ name: StaticString) { text += "</\(name)>" }

    private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, isEmpty: Bool) {
        text += "<\(name)"
        for (key, value) in attributes where !value.isEmpty { text += " \(key)=\"" + Self.escape(value) + "\"" }
        text += isEmpty ? "/>" : ">"
    }

    /// With one decimal, and without a decimal that is nought.
    static func number(_ value: Double) -> String {
        let tenths = Int64((min(max(value.isFinite ? value : 0, -1e6), 1e6) * 10).rounded())
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + String(whole) + (rest == 0 ? "" : ".\(rest)")
    }

    static func points(_ points: [Point]) -> String {
        points.map { number($0.x) + "," + number($0.y) }.joined(separator: " ")
    }

    private static func escape(_ text: String) -> String {
        text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E && $0 != 0x26 && $0 != 0x22 && $0 != 0x27 })
            ? text : HTMLText().escapeText(text)
    }
}

struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
}
