import Foundation
import HearthCache
import HearthTelemetry
import Measuring

/// Measures what a hit costs without HTTP, and whether the memory tier's look-up and size hold what they promise when it grows.
@main
enum CacheBenchmark {
    private static let question = "How much does a haircut cost on Monday?"

    static func main() async throws {
        let rules = try LanguageRuleSet.load()
        let scope = QuestionScope(
            tenant: "hearth", generation: 0, upstream: "https://provider", family: .query, model: "model", systemPrompt: "Be brief.")
        let deriver = KeyDeriver(scope: scope, normalizer: Normalizer(rules: rules))
        let detector = LanguageDetector(rules: rules)
        print(Measurement.header)
        let memory = MemoryTier(capacityBytes: 64 << 20)
        let asked = deriver.question(question, language: .en)
        memory.insert(entry(asked, number: 0, answerBytes: 500))
        var found = 0
        print(
            Measurement.of("normalise + key, \(question.count) characters") {
                found += deriver.question(question, language: .en).form.text.count
            }.line(aim: nil))
        print(Measurement.of("look-up in memory alone") { found += memory.find(asked.key) == nil ? 0 : 1 }.line(aim: 300))
        print(
            Measurement.of("normalise + key + look-up") {
                let again = deriver.question(question, language: .en)
                found += memory.find(again.key)?.answer.form == again.form ? 1 : 0
            }.line(aim: 1500))
        print(
            Measurement.of("language detection, \(question.count) characters") {
                found += detector.detect(question, fallback: .he).isDecided ? 1 : 0
            }.line(aim: nil))
        precondition(found > 0, "nothing was found")
        for count in [10_000, 1_000_000] { measureSize(count, deriver) }
        try await measurePruning(asked)
    }

    private static func measurePruning(_ template: IdentifiedQuestion) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hearth-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try await PruningRun.make(in: folder) { number in
            let form = CanonicalForm(scope: template.form.scope, text: Array("question number \(number)".utf8))
            let asked = IdentifiedQuestion(key: CacheKey(language: .en, form: form), form: form, normalized: template.normalized)
            return entry(asked, number: number, answerBytes: 500).answer
        }
        try await run.run()
    }

    /// Fills a tier of its own with entries of 500 bytes and looks at random ones.
    private static func measureSize(_ count: Int, _ deriver: KeyDeriver) {
        let before = residentBytes()
        let memory = MemoryTier(capacityBytes: .max / 4)
        let template = deriver.question(question, language: .en)
        var keys: [CacheKey] = []
        keys.reserveCapacity(min(count, 4096))
        let stride = max(1, count / 4096)
        for number in 0..<count {
            let form = CanonicalForm(scope: template.form.scope, text: Array("question number \(number)".utf8))
            let asked = IdentifiedQuestion(key: CacheKey(language: .en, form: form), form: form, normalized: template.normalized)
            memory.insert(entry(asked, number: number, answerBytes: 500))
            if number % stride == 0 { keys.append(asked.key) }
        }
        let resident = residentBytes() - before
        var random = SystemRandomNumberGenerator()
        var hits = 0
        let cost = Measurement.of("look-up among \(count) entries") {
            hits += memory.find(keys[Int.random(in: 0..<keys.count, using: &random)]) == nil ? 0 : 1
        }
        precondition(hits > 0, "nothing was found")
        print(cost.line(aim: nil))
        let counted = memory.sizeBytes / count
        print("  resident memory of an entry: \(resident / count) bytes; counted as \(counted); aim \(counted * 13 / 10 + 150)")
    }

    private static func entry(_ question: IdentifiedQuestion, number: Int, answerBytes: Int) -> MemoryEntry {
        let text = String(repeating: "An answer of some length. ", count: answerBytes / 26 / 2)
        let now = Timestamp(seconds: 1_800_000_000)
        let answer = CachedAnswer(
            key: question.key, form: question.form, query: nil, normalizedQuery: "question \(number)", category: .general, text: text,
            confidence: 0.9, confidenceMethod: "rule", model: "model", isSimulated: false, costMicroDollars: 2000, inputTokens: 1,
            outputTokens: 1, upstreamDuration: .zero, storedAt: now,
            lifetime: Lifetime(freshUntil: now + .seconds(3600), revalidateUntil: nil, onErrorUntil: nil))
        return MemoryEntry(answer: answer, rendered: Array(text.utf8))
    }

    /// What the kernel counts as in use by this process, in bytes; 0 where it does not tell.
    private static func residentBytes() -> Int {
        guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return 0 }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}
