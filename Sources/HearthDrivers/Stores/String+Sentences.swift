/// Texts that become a part of another one's sentence.
extension String {
    /// Line breaks and other controls as spaces, at most 300 characters, no space or full stop at the end.
    var oneLine: String {
        String(UnicodeScalarView(unicodeScalars.prefix(300).map { $0.properties.generalCategory == .control ? " " : $0 })).withoutFullStop
    }

    /// The text without spaces and full stops at its end.
    package var withoutFullStop: String {
        let end = lastIndex { $0 != " " && $0 != "." }
        return end.map { String(self[...$0]) } ?? ""
    }
}
