import Foundation
import HearthCache
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("The normaliser under a flood of random Unicode")
struct NormalizerFloodTests {
    /// `HEARTH_TEST_LONG=1` takes 20 MB.
    private static let bytes = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 2_000_000 : 20_000_000

    @Test("Text of all planes, controls and broken encodings never traps and gives the same keys on two runs")
    func flood() async throws {
        // Each run has rules and texts of its own, as two machines would.
        let digests = try await QuietThread.run {
            try [Self.digest(of: LanguageRuleSet.load()), Self.digest(of: LanguageRuleSet.load())]
        }
        #expect(digests[0] == digests[1])
    }

    private static func digest(of rules: LanguageRuleSet) -> UInt64 {
        let normalizer = Normalizer(rules: rules)
        var random = SeededGenerator(seed: 20)
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        var taken = 0
        var round = 0
        while taken < bytes {
            let text = FloodText.make(round, &random)
            let result = normalizer.normalize(text, language: Language.allCases[round % Language.allCases.count])
            for byte in result.text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            digest ^= UInt64(result.category.index) << 8 | (result.isExact ? 1 : 0)
            taken += text.utf8.count
            round += 1
        }
        return digest
    }
}

/// Random texts of up to a few thousand bytes.
private enum FloodText {
    static func make(_ round: Int, _ random: inout SeededGenerator) -> String {
        let count = Int.random(in: 1...(round % 16 == 0 ? 4_000 : 60), using: &random)
        switch round % 5 {
        case 0: return String(decoding: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, as: UTF8.self)
        // Surrogates without their other half become replacement characters.
        case 1: return String(decoding: (0..<count).map { _ in UInt16.random(in: 0...0xffff, using: &random) }, as: UTF16.self)
        case 2: return scalars(count, in: 0...0x10ffff, &random)
        case 3: return scalars(count, in: 0...0xff, &random)
        default: return scalars(count, in: 0x2000...0x2fff, &random)
        }
    }

    private static func scalars(_ count: Int, in range: ClosedRange<UInt32>, _ random: inout SeededGenerator) -> String {
        var view = String.UnicodeScalarView()
        for _ in 0..<count {
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { view.append(scalar) }
        }
        return String(view)
    }
}
