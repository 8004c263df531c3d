import Foundation
import HearthPages
import HearthTelemetry
import PageSamples
import Testing

@Suite("The stylesheet")
struct StylesheetTests {
    private static let text = String(decoding: Stylesheet.bytes, as: UTF8.self)

    /// The variables of the light scheme, of the dark one and of the dark one by choice.
    private static func palette(_ scheme: Scheme) -> [String: String] {
        let parts = text.split(separator: /prefers-color-scheme: dark|data-theme=dark/, maxSplits: 2)
        let block = parts[scheme.rawValue].prefix(scheme == .light ? .max : 900).split(separator: "}", maxSplits: 1)[0]
        return Dictionary(block.matches(of: /--(\w+): (#[0-9a-f]{6});/).map { (String($0.1), String($0.2)) }) { first, _ in first }
    }

    enum Scheme: Int, CaseIterable, Sendable { case light, dark, chosenDark }

    struct Pair: Sendable {
        var ink: String
        var paper: String
        var least: Double
    }

    static let pairs =
        ["ink", "quiet", "link", "good", "warn", "mark"].flatMap { ink in
            ["paper", "panel"].map { Pair(ink: ink, paper: $0, least: 4.5) }
        }
        + ["line", "s1", "s2", "s3", "s4"].flatMap { ink in ["paper", "panel"].map { Pair(ink: ink, paper: $0, least: 3) } }
        + [
            Pair(ink: "ink", paper: "rule", least: 4.5), Pair(ink: "ink", paper: "shade", least: 4.5),
            Pair(ink: "s1", paper: "shade", least: 3),
        ]

    @Test("Every pair of colours has enough contrast in both schemes (WCAG 2.2, 1.4.3 and 1.4.11)", arguments: pairs, Scheme.allCases)
    func contrast(pair: Pair, scheme: Scheme) throws {
        let palette = Self.palette(scheme)
        let ink = try #require(palette[pair.ink].flatMap(Self.luminance))
        let paper = try #require(palette[pair.paper].flatMap(Self.luminance))
        let ratio = (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
        #expect(ratio >= pair.least, "\(pair.ink) on \(pair.paper), \(scheme): \(ratio)")
    }

    @Test("It has no directions, so that right-to-left pages need no other")
    func isLogical() {
        let directions = Self.text.matches(of: /\b(?:left|right)(?![a-z0-9])/)
        #expect(directions.isEmpty)
        let physical = Self.text.matches(of: /(?:^|[\s;{])(?:width|height|max-width|min-width|top|bottom|margin-top|padding-bottom):/)
        #expect(physical.isEmpty)
    }

    @Test("It loads nothing and moves nothing")
    func isAlone() {
        for word in ["url(", "@import", "@font-face", "animation", "transition"] { #expect(!Self.text.contains(word)) }
    }

    @Test("It is small")
    func size() throws {
        #expect(try Compressed.count(Stylesheet.bytes) <= 6 * 1024)
    }

    @Test("It has rules for paper, forced colours, more contrast and coarse pointers")
    func media() {
        for query in ["print", "(forced-colors: active)", "(prefers-contrast: more)", "(pointer: coarse)"] {
            #expect(Self.text.contains("@media \(query)"))
        }
    }

    @Test("Every class that pages use is styled, and every class that is styled is used")
    func classes() {
        let pages = SamplePage.allCases.map { PageCase(page: $0, language: .en).parsed } + [ParsedPage(ReferencePage.render())]
        let used = Set(pages.flatMap(\.elements).flatMap { ($0.attributes["class"] ?? "").split(separator: " ").map(String.init) })
        let styled = Set(Self.text.matches(of: /\.([a-z][a-z0-9]*)(?![a-z0-9])/).map { String($0.1) })
        let outcomes: Set = ["success", "failure", "timeout", "running", "skipped", "missed", "cancelled", "waiting", "pending"]
        // Of the script, and names for tests only.
        let scripted: Set = ["aid", "updated", "light", "old", "fresh"]
        let unstyled: Set = ["rate", "bars", "durations", "passed", "done", "unknown", "bar", "h0", "s1", "tick", "zone", "lane"]
        #expect(used.subtracting(styled).subtracting(outcomes).subtracting(unstyled) == [])
        #expect(styled.subtracting(used).subtracting(outcomes).subtracting(scripted) == [])
    }

    @Test("Its address changes with its content and has no slash in front for relative links")
    func address() {
        #expect(Stylesheet.path.wholeMatch(of: /admin\/cache-analytics\/assets\/hearth-[0-9a-f]{16}\.css/) != nil)
        #expect(PageAsset.all.allSatisfy { $0.path.hasPrefix("/admin/cache-analytics/assets/") && !$0.bytes.isEmpty })
        #expect(Set(PageAsset.all.map(\.path)).count == PageAsset.all.count)
    }

    private static func luminance(_ colour: String) -> Double? {
        guard let value = Int(colour.dropFirst(), radix: 16) else { return nil }
        let channels = [value >> 16, value >> 8 & 255, value & 255].map { channel -> Double in
            let share = Double(channel) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
}
