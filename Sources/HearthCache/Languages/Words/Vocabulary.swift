/// What a tokeniser must know of a language.
final class Vocabulary: Sendable {
    let accents: Accents
    let words: WordTable
    let stems: StemTable

    init(accents: Accents, words: WordTable, stems: StemTable) {
        self.accents = accents
        self.words = words
        self.stems = stems
    }
}
