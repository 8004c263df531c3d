/// A line for the shell, split into its commands and words; enough for what runbooks contain, and no more.
struct ShellLine {
    /// The words of each command, without assignments and keywords in front; quotes are removed.
    let commands: [[String]]

    private static let leading: Set = ["{", "}", "!", "do", "then", "else", "sudo", "exec", "time"]

    init(_ line: String) {
        var commands: [[String]] = [[]]
        var word: String?
        var quote: Character?
        func endWord() {
            if let finished = word { commands[commands.count - 1].append(finished) }
            word = nil
        }
        scan: for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
                continue
            }
            switch character {
            case "'", "\"":
                quote = character
                word = word ?? ""
            case "(" where word?.hasSuffix("$") == false:
                // The name of a function that is defined.
                word = nil
            case "|", ";", "&", "(", ")":
                endWord()
                commands.append([])
            case "#" where word == nil: break scan
            case _ where character.isWhitespace: endWord()
            default: word = (word ?? "") + String(character)
            }
        }
        endWord()
        self.commands = commands.map { words in
            Array(words.drop { Self.leading.contains($0) || $0.wholeMatch(of: /[A-Za-z_]+=.*/) != nil })
        }.filter { !$0.isEmpty }
    }
}
