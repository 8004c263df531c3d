import HearthCache
import HearthTelemetry

/// The most bytes that normalising may make of one; NFKC alone turns three bytes into 33.
private let mostGrowth = 12
private let subject = Result { () throws(LanguageRulesError) in
    let rules = try LanguageRuleSet.load()
    return (normalizer: Normalizer(rules: rules), detector: LanguageDetector(rules: rules))
}

/// What libFuzzer calls with bytes of its own making: a text, preceded by one byte that chooses the language.
///
/// Nothing may trap or hang; the result is the same each time, is its own canonical text, and is bounded by the text's length.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzNormalizer(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count > 1, case .success(let (normalizer, detector)) = subject else {
        precondition(bytes.count <= 1, "the built-in rules have faults")
        return 0
    }
    let language = Language.allCases[Int(bytes[0]) % Language.allCases.count]
    let text = String(decoding: bytes[1...], as: UTF8.self)
    let once = normalizer.normalize(text, language: language)
    precondition(same(normalizer.normalize(text, language: language), once), "two readings of one text")
    precondition(normalizer.normalize(once.text, language: language).text.utf8.elementsEqual(once.text.utf8), "not at rest")
    precondition(once.text.utf8.count <= text.utf8.count * mostGrowth, "the canonical text is too long")
    let visible = Normalizer.visibleText(text)
    precondition(Normalizer.visibleText(visible).utf8.elementsEqual(visible.utf8), "something invisible was left")
    precondition((0...1).contains(detector.detect(text, fallback: language).confidence), "no confidence")
    return 0
}

private func same(_ first: NormalizedQuery, _ second: NormalizedQuery) -> Bool {
    first == second && first.text.utf8.elementsEqual(second.text.utf8)
}
