import Foundation

/// The rules of `alerts/` for a time that passes faster: every span of time in them is divided by one factor, and nothing else changes.
///
/// Spans are the ranges and offsets of queries, `for`, `keep_firing_for`, the intervals of groups, and what an age is compared with, as in
/// `time() - … > 1800`. Counts stay as they are: a drill brings the traffic that the guards ask for. What is measured in seconds, such as
/// a response time of 200 ms, is no span of waiting and stays too.
struct RuleCompression: Sendable {
    /// 40 makes 10 minutes 15 seconds.
    var factor: Int

    /// A file of rules.
    func compress(rules text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var index = 0
        while index < lines.count {
            defer { index += 1 }
            if let field = lines[index].wholeMatch(of: /( *(?:- )?(?:interval|for|keep_firing_for): )(\S+)/) {
                lines[index] = field.1 + compress(duration: field.2)
            } else if let start = lines[index].wholeMatch(of: /( *(?:- )?)(expr: )(.*)/) {
                guard start.3.hasPrefix("|") else {
                    lines[index] = start.1 + start.2 + compress(expression: String(start.3))
                    continue
                }
                // A block lasts as long as its lines are further in than its key.
                let end = lines[(index + 1)...].firstIndex { !$0.isEmpty && $0.prefix { $0 == " " }.count <= start.1.count } ?? lines.count
                let block = (index + 1)..<end
                let body = compress(expression: lines[block].joined(separator: "\n"))
                lines.replaceSubrange(block, with: body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
                index = end - 1
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A query, with its comments.
    func compress(expression text: String) -> String {
        let words = text.matches(
            of: /#[^\n]*|"[^"]*"|\{[^}]*\}|\[[^\]]*\]|[A-Za-z_:][\w:]*|\d[\w.]*|[<>=!]=|\S/
        ).map(\.0).filter { !$0.hasPrefix("#") }
        let limits = Self.limitsOfAges(in: words)
        var result = ""
        var end = text.startIndex
        for (index, word) in words.enumerated() {
            let changed: String? =
                if word.hasPrefix("[") {
                    "[" + compress(duration: word.dropFirst().dropLast()) + "]"
                } else if index > 0, words[index - 1] == "offset" {
                    compress(duration: word)
                } else if limits.contains(index), let seconds = Double(word) {
                    Self.text(seconds / Double(factor))
                } else {
                    nil
                }
            guard let changed else { continue }
            result += text[end..<word.startIndex] + changed
            end = word.endIndex
        }
        return result + text[end...]
    }

    /// `10m` is `15s` at 40, and `1m` is `1500ms`.
    func compress(duration text: some StringProtocol) -> String {
        let milliseconds = Self.milliseconds(text) / factor
        return milliseconds.isMultiple(of: 1000) ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }

    func compress(_ duration: Duration) -> Duration { duration / factor }

    /// The places of the numbers of seconds that ages are compared with.
    ///
    /// Conditions that are joined by `and`, `or` or `unless` are looked at one by one, since only some of them are about ages. A number that is
    /// multiplied is a share of something else.
    private static func limitsOfAges(in words: [Substring]) -> Set<Int> {
        var limits: Set<Int> = []
        var (start, depth) = (0, 0)
        for index in 0...words.count {
            let word = index < words.count ? words[index] : "and"
            if word == "(" { depth += 1 }
            if word == ")" { depth -= 1 }
            guard depth == 0, ["and", "or", "unless"].contains(word) else { continue }
            if words[start..<index].contains("time") {
                limits.formUnion(
                    (start..<index).filter { place in
                        guard place > start, words[place].first?.isNumber == true else { return false }
                        let isMultiplied = place + 1 < words.count && ["*", "/"].contains(words[place + 1])
                        return [">", "<", ">=", "<=", "+"].contains(words[place - 1]) && !isMultiplied
                    })
            }
            start = index + 1
        }
        return limits
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }

    private static func milliseconds(_ text: some StringProtocol) -> Int {
        let units = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        return String(text).matches(of: /(\d+)(ms|[smhdw])/).reduce(0) { $0 + (Int($1.1) ?? 0) * (units[String($1.2)] ?? 0) }
    }
}

extension RuleCompression {
    /// A configuration of Alertmanager whose waits are divided likewise, and whose receivers are paths of one server:
    /// `https://pager.example/hearth` becomes `SERVER/pager`.
    func compress(routes text: String, receivers server: String) -> String {
        text.replacing(/(?m)^( *(?:group_wait|group_interval|repeat_interval): )(\S+)$/) { $0.1 + compress(duration: $0.2) }
            .replacing(/(?m)( url: )https:\/\/(\w+)\.example\/\S+$/) { "\($0.1)\(server)/\($0.2)" }
    }
}
