import HearthPages
import HearthTelemetry
import PageSamples

/// What people who do not see a page hear of what they can use on it.
enum ControlNames {
    /// Of all sample pages in a language, sorted, each once, without what is data.
    static func found(in language: Language) -> [String] {
        var names: Set<String> = []
        for page in SamplePage.allCases {
            let parsed = ParsedPage(Sample.page(page, in: Sample.frame(page.view, language: language)).page)
            // What a runbook links to is a part of its text.
            let texts = parsed.elements.filter { $0.attributes["class"] == "runbook" }
            for element in parsed.elements where !texts.contains(where: { $0.inside.contains(element.index) }) {
                guard let name = name(of: element) else { continue }
                let words = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if !words.isEmpty, !isData(words) { names.insert(element.name + ": " + words) }
            }
        }
        return names.sorted()
    }

    private static func name(of element: ParsedPage.Element) -> String? {
        switch element.name {
        case "a", "button", "summary": element.attributes["aria-label"] ?? element.text
        case "label": element.own
        case "nav", "section", "form", "meter": element.attributes["aria-label"]
        default: nil
        }
    }

    /// Names of jobs, runs and languages in themselves, moments and amounts.
    private static func isData(_ words: String) -> Bool {
        words.contains(/[0-9]{2}|aggregate|prune-|probe-|refresh-popular|warm-cache|https?:/)
    }
}
