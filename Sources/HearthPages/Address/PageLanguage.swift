package import HearthTelemetry

extension Language {
    /// The word of the address, the cookie and `Accept-Language`; `iw` is the old name of `he`.
    package init?(pageWord word: some StringProtocol) {
        let primary = word.lowercased().prefix { $0 != "-" && $0 != "_" }
        self.init(rawValue: primary == "iw" ? "he" : String(primary))
    }

    /// The best of `Accept-Language` that pages speak; nil for none.
    package static func negotiated(acceptLanguage header: String) -> Language? {
        var best: (language: Language, quality: Double)?
        for item in header.prefix(1000).split(separator: ",").prefix(32) {
            let parts = item.split(separator: ";")
            guard let word = parts.first, let language = Language(pageWord: word.filter { $0 != " " && $0 != "\t" }) else { continue }
            var quality = 1.0
            for part in parts.dropFirst() {
                let text = part.filter { $0 != " " }
                if text.hasPrefix("q=") { quality = Double(text.dropFirst(2)) ?? 0 }
            }
            guard quality > 0, quality <= 1 else { continue }
            if best.map({ quality > $0.quality }) ?? true { best = (language, quality) }
        }
        return best?.language
    }

    /// The script it is written in, by its ISO 15924 code.
    package var script: String {
        switch self {
        case .ru: "Cyrl"
        case .en, .es, .pt: "Latn"
        case .he: "Hebr"
        }
    }

    /// `rtl` or `ltr`, from the script.
    package var direction: String {
        ["Hebr", "Arab", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr"].contains(script) ? "rtl" : "ltr"
    }

    /// In itself.
    package var ownName: String {
        switch self {
        case .ru: "Русский"
        case .en: "English"
        case .es: "Español"
        case .pt: "Português"
        case .he: "עברית"
        }
    }
}

/// The reader's choice that outlives an address, kept in a cookie without personal data.
package struct PagePreferences: Sendable, Equatable {
    package static let cookieName = "hearth_page"
    private static let keysWord = "keys"

    package var language: Language?
    package var theme: PageTheme?
    /// Whether the keys 1 to 6 lead to the views.
    package var hasKeys: Bool

    package init(language: Language? = nil, theme: PageTheme? = nil, hasKeys: Bool = false) {
        self.language = language
        self.theme = theme
        self.hasKeys = hasKeys
    }

    /// Reads the value of the cookie; what is not understood is left out.
    package init(cookieValue: String) {
        self.init()
        for part in cookieValue.prefix(64).split(separator: ".") {
            if let language = Language(rawValue: String(part)) { self.language = language }
            if let theme = PageTheme(rawValue: String(part)) { self.theme = theme }
            if part == Self.keysWord { hasKeys = true }
        }
    }

    /// Such as `he.dark`; empty for no choice.
    package var cookieValue: String {
        [language?.rawValue, theme?.rawValue, hasKeys ? Self.keysWord : nil].compactMap { $0 }.joined(separator: ".")
    }

    /// With what an address says; that goes first.
    package func merged(with state: PageState) -> PagePreferences {
        PagePreferences(language: state.ui ?? language, theme: state.theme ?? theme, hasKeys: state.hasKeys ?? hasKeys)
    }
}
