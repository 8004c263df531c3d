import HearthPages
import HearthTelemetry
import PageSamples
import Testing

@Suite("Pages keep their budget")
struct BudgetTests {
    @Test("Every page is small on the wire in every language", arguments: PageCase.all)
    func pages(page: PageCase) throws {
        let limit = page.page == .overview ? 12 : page.page == .busy ? 2 : 24
        #expect(try Compressed.count(page.rendered.page) <= limit * 1024)
        #expect(page.parsed.elements.count <= 4000)
    }

    @Test("A week of hours keeps it too", arguments: Language.allCases)
    func week(language: Language) throws {
        var state = PageState()
        state.range = .week
        let usage = Sample.usage(.hour, buckets: 168, busy: 4000)
        let page = Pages.overview(Sample.overview(.ready(usage)), in: Sample.frame(.overview, language: language, state: state)).page
        let size = try Compressed.count(page)
        #expect(size <= 24 * 1024)
        #expect(ParsedPage(page).elements.count <= 4000)
    }

    @Test("The page for a service without time is below two kilobytes as it is")
    func busy() {
        #expect(PageCase(page: .busy, language: .ru).rendered.page.count < 2048)
    }

    @Test("The script is small, has no markup but through its policy, and no code from text")
    func script() throws {
        #expect(try Compressed.count(PageScript.bytes) <= 6 * 1024)
        let text = String(decoding: PageScript.bytes, as: UTF8.self)
        for word in [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "localStorage", "setAttribute('style'",
        ] {
            #expect(!text.contains(word), "\(word)")
        }
        #expect(text.contains("createPolicy('hearth'") && text.contains("startsWith('<!--hearth-->')"))
    }
}
