import Foundation
import HearthPages
import Testing

@Suite("The stylesheet")
struct StylesheetTests {
    private static let text = String(decoding: Stylesheet.bytes, as: UTF8.self)

    /// The variables of the light and of the dark scheme.
    private static func palette(isDark: Bool) -> [String: String] {
        let parts = text.split(separator: "prefers-color-scheme: dark", maxSplits: 1)
        let block = isDark ? parts[1].prefix { $0 != "}" } : parts[0]
        return Dictionary(block.matches(of: /--(\w+): (#[0-9a-f]{6});/).map { (String($0.1), String($0.2)) }) { first, _ in first }
    }

    struct Pair: Sendable {
        var ink: String
        var paper: String
        var least: Double
    }

    static let pairs =
        ["ink", "quiet", "link", "good", "warn", "mark"].flatMap { ink in
            ["paper", "panel"].map { Pair(ink: ink, paper: $0, least: 4.5) }
        } + [Pair(ink: "line", paper: "paper", least: 3)]

    @Test("Every pair of colours has enough contrast in both schemes (WCAG 2.2, 1.4.3 and 1.4.11)", arguments: pairs, [false, true])
    func contrast(pair: Pair, isDark: Bool) throws {
        let palette = Self.palette(isDark: isDark)
        let ink = try #require(palette[pair.ink].flatMap(Self.luminance))
        let paper = try #require(palette[pair.paper].flatMap(Self.luminance))
        let ratio = (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
        #expect(ratio >= pair.least, "\(pair.ink) on \(pair.paper), \(isDark ? "dark" : "light"): \(ratio)")
    }

    @Test("It has no directions, so that right-to-left pages need no other")
    func isLogical() {
        let directions = Self.text.matches(of: /\b(?:left|right)\b/)
        #expect(directions.isEmpty)
    }

    @Test("It loads nothing")
    func isAlone() {
        #expect(!Self.text.contains("url(") && !Self.text.contains("@import"))
    }

    @Test("Every class that pages use is styled, and every class that is styled is used")
    func classes() {
        let pages = PageTests.Page.allCases.map { ParsedPage($0.html) }
        let used = Set(pages.flatMap(\.elements).flatMap { ($0.attributes["class"] ?? "").split(separator: " ").map(String.init) })
        let styled = Set(Self.text.matches(of: /\.([a-z]+)\b(?!\d)/).map { String($0.1) })
        let outcomes: Set = ["success", "failure", "timeout", "running", "skipped", "missed", "cancelled", "waiting"]
        #expect(used.subtracting(styled) == [])
        #expect(styled.subtracting(used).subtracting(outcomes) == [])
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
