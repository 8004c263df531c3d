/// What a scalar is to the normaliser.
enum ScalarClass: UInt32 {
    /// White space, zero-width space and controls.
    case space
    case letter
    case digit
    /// Punctuation that becomes a space.
    case mark
    case apostrophe
    case quote
    case dot
    case comma
    case colon
    /// Every hyphen, dash, minus and maqaf.
    case hyphen
    /// `+ # * / < > = ° & @` and their like: they stay where they may carry meaning.
    case sign
    /// Currency, per cent and mathematical symbols: they always stay.
    case symbol
    case arrow
    /// An emoji that says something; it stays as a word of its own.
    case emoji
    /// A friendly or decorative emoji; it becomes a space.
    case decoration
    /// Skin tones: they go with the emoji in front of them.
    case modifier
    /// Joiners, soft hyphens, bidirectional controls and byte-order marks: they go, and are not sent to the provider either.
    case joiner
    /// Variation selectors: harmless behind a symbol, a hiding place elsewhere.
    case selector
    /// Hebrew vowel points and cantillation: they go behind a Hebrew letter.
    case point
    /// Anything else that is invisible, or looks like letters and would be dropped: the exact text becomes the key.
    case hidden
}
