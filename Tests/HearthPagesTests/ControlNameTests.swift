import HearthTelemetry
import Testing

@Suite("Names of controls")
struct ControlNameTests {
    @Test("What can be used is called as it is written down, in every language", arguments: Language.allCases)
    func golden(language: Language) {
        let expected = Set(ControlNames.written(in: language).split(separator: "\n").map(String.init))
        let found = Set(ControlNames.found(in: language))
        #expect(found.subtracting(expected) == [], "not written down")
        #expect(expected.subtracting(found) == [], "written down, and no longer there")
    }
}
