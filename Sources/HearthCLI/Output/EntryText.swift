/// Kept answers as pages of text.
enum EntryText {
    /// Every fact of the answer that it has on a line, the answer itself last.
    static func details(_ entry: JSONValue) -> String {
        facts(entry, without: ["response"]) + "\n" + (entry["response"]?.text ?? "")
    }

    /// The verdict in words, and what led to it.
    static func explanation(_ explanation: JSONValue) -> String {
        var text = (explanation["verdict"]?.text ?? "").uppercased() + "  " + (explanation["explanation"]?.text ?? "") + "\n\n"
        text += facts(explanation, without: ["verdict", "explanation", "entry"])
        if let entry = explanation["entry"], entry != .null {
            text += "\n" + details(entry)
        }
        return text
    }

    private static func facts(_ object: JSONValue, without hidden: Set<String>) -> String {
        guard case .object(let members) = object else { return object.line }
        let rows = members.filter { !hidden.contains($0.name) && $0.value.text != "" }.map { [$0.name, $0.value.text ?? $0.value.line] }
        return TextTable(columns: [.init("FACT"), .init("VALUE")], rows: rows).render(width: nil)
    }
}
