import HearthTelemetry
import Testing

@testable import HearthCache

@Suite("Cache keys")
struct CacheKeyTests {
    @Test("A key is the language and the SHA-256 of the canonical form")
    func digest() {
        let form = CanonicalForm(scope: Array("a".utf8), text: Array("bc".utf8))
        // FIPS 180-2, appendix B.1: the digest of "abc".
        #expect(
            CacheKey(language: .pt, form: form).description
                == "pt:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("A key is read back from its text", arguments: Language.allCases)
    func roundTrip(language: Language) {
        let key = Sample.key("a question", language: language)
        #expect(CacheKey(key.description) == key)
    }

    @Test(
        "Text that no key is written as is refused",
        arguments: [
            "", "en", "en:", "fr:" + String(repeating: "0", count: 64), "en:" + String(repeating: "0", count: 63),
            "en:" + String(repeating: "0", count: 65), "en:" + String(repeating: "G", count: 64),
            "en:" + String(repeating: "A", count: 64), "en:" + String(repeating: "0", count: 64) + ":",
        ])
    func refused(text: String) {
        #expect(CacheKey(text) == nil)
    }

    @Test("Moving a byte between two parts of the form changes it")
    func lengthPrefixes() {
        var left = CanonicalFormWriter()
        left.append("ab".utf8)
        left.append("c".utf8)
        var right = CanonicalFormWriter()
        right.append("a".utf8)
        right.append("bc".utf8)
        #expect(left.bytes != right.bytes)
        #expect(left.bytes.prefix(9) == [0, 0, 0, 0, 0, 0, 0, 2, UInt8(ascii: "a")])
    }

    @Test("Every member of the scope is part of the key")
    func scopeMembers() {
        let base = QuestionScope(
            tenant: "t", generation: 0, upstream: "https://a", family: .query, model: "m", systemPrompt: "s")
        var scopes = [base]
        func vary(_ change: (inout QuestionScope) -> Void) {
            var scope = base
            change(&scope)
            scopes.append(scope)
        }
        vary { $0.tenant = "u" }
        vary { $0.generation = 1 }
        vary { $0.upstream = "https://b" }
        vary { $0.family = .chatCompletions }
        vary { $0.model = "n" }
        vary { $0.systemPrompt = "S" }
        var forms = Set(scopes.map { $0.canonicalBytes(language: .en, normalizerVersion: 1) })
        forms.insert(base.canonicalBytes(language: .es, normalizerVersion: 1))
        forms.insert(base.canonicalBytes(language: .en, normalizerVersion: 2))
        #expect(forms.count == scopes.count + 2)
    }
}
