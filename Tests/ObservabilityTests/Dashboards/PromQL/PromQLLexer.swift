/// Takes a query apart into words.
struct PromQLLexer {
    enum Token: Equatable {
        case name(String)
        case number(Double)
        case duration(String)
        case text(String)
        case range(String)
        case sign(String)
        case end
    }

    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    private static let signs = ["==", "!=", ">=", "<=", "=~", "!~", "=", ">", "<", "+", "-", "*", "/", "%", "^", "(", ")", "{", "}", ","]

    static func tokens(of text: String) throws -> [Token] {
        var rest = Substring(text)
        var tokens: [Token] = []
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "#" {
                // A comment, to the end of its line.
                rest = rest.drop { $0 != "\n" }
            } else if first == "\"" {
                tokens.append(.text(try quoted(&rest)))
            } else if first == "[" {
                tokens.append(.range(try bracketed(&rest)))
            } else if first.isNumber || first == "." {
                tokens.append(try number(&rest))
            } else if isWord(first) {
                tokens.append(.name(String(word(&rest))))
            } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
                tokens.append(.sign(sign))
                rest.removeFirst(sign.count)
            } else {
                throw Fault(description: "does not understand \(rest.prefix(20))")
            }
        }
        return tokens + [.end]
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == ":"
    }

    private static func word(_ rest: inout Substring) -> Substring {
        let word = rest.prefix(while: isWord)
        rest.removeFirst(word.count)
        return word
    }

    private static func quoted(_ rest: inout Substring) throws -> String {
        var value = ""
        var isEscaped = false
        rest.removeFirst()
        while let next = rest.popFirst() {
            if isEscaped {
                value.append(next == "n" ? "\n" : next)
                isEscaped = false
            } else if next == "\\" {
                isEscaped = true
            } else if next == "\"" {
                return value
            } else {
                value.append(next)
            }
        }
        throw Fault(description: "does not find the end of a text")
    }

    private static func bracketed(_ rest: inout Substring) throws -> String {
        guard let end = rest.firstIndex(of: "]") else { throw Fault(description: "does not find the end of a range") }
        let range = rest[rest.index(after: rest.startIndex)..<end]
        guard !range.contains(":") else { throw Fault(description: "does not know queries within queries: \(range)") }
        rest = rest[rest.index(after: end)...]
        return String(range)
    }

    /// `14.4`, `1e-9`, or a duration such as `5m`.
    private static func number(_ rest: inout Substring) throws -> Token {
        var text = String(rest.prefix { $0.isNumber || $0 == "." || $0.isLetter })
        if text.last == "e", rest.dropFirst(text.count).first == "-" {
            text += "-" + rest.dropFirst(text.count + 1).prefix(while: \.isNumber)
        }
        rest.removeFirst(text.count)
        if let number = Double(text) { return .number(number) }
        guard text.last?.isLetter == true else { throw Fault(description: "does not know the number \(text)") }
        return .duration(text)
    }
}
