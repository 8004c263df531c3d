import HearthCache
import HearthTelemetry
import Testing

@Suite("The gate in front of the store")
struct StorageGateTests {
    private let gate = StorageGate(minimumConfidence: 0.7, maximumAnswerBytes: 100)

    private static func candidate(_ change: (inout AnswerCandidate) -> Void = { _ in }) -> AnswerCandidate {
        var candidate = AnswerCandidate(
            isSuccess: true, isComplete: true, finishReason: "stop", text: "We are open from 9 to 18.", isRefusal: false, confidence: 0.7,
            mayStore: true)
        change(&candidate)
        return candidate
    }

    @Test("A good answer is kept, at exactly the least confidence too")
    func kept() {
        #expect(gate.decide(Self.candidate()) == .store)
        #expect(gate.decide(Self.candidate { $0.confidence = 1 }) == .store)
        #expect(gate.decide(Self.candidate { $0.sizeBytes = 100 }) == .store)
    }

    @Test("Whole calls of tools need no words")
    func tools() {
        #expect(gate.decide(Self.candidate { ($0.text, $0.callsTools) = ("", true) }) == .store)
        #expect(gate.decide(Self.candidate { ($0.text, $0.callsTools, $0.finishReason) = ("", true, "length") }) == .skip(.finishReason))
    }

    @Test("Each reason is named by itself")
    func reasons() {
        let table: [(GateRefusal, AnswerCandidate)] = [
            (.forbidden, Self.candidate { $0.mayStore = false }),
            (.providerStatus, Self.candidate { $0.isSuccess = false }),
            (.incomplete, Self.candidate { $0.isComplete = false }),
            (.finishReason, Self.candidate { $0.finishReason = "length" }),
            (.finishReason, Self.candidate { $0.finishReason = "content_filter" }),
            (.finishReason, Self.candidate { $0.finishReason = nil }),
            (.empty, Self.candidate { $0.text = "" }),
            (.empty, Self.candidate { $0.text = " \n\u{200B}\u{FEFF}\u{AD}" }),
            (.tooLarge, Self.candidate { $0.sizeBytes = 101 }),
            (.refusal, Self.candidate { $0.isRefusal = true }),
            (.lowConfidence, Self.candidate { $0.confidence = 0.69 }),
            (.lowConfidence, Self.candidate { $0.confidence = .nan }),
            (.lowConfidence, Self.candidate { $0.confidence = 1.2 }),
        ]
        for (reason, candidate) in table { #expect(gate.decide(candidate) == .skip(reason)) }
        #expect(Set(table.map(\.0)) == Set(GateRefusal.allCases))
    }

    @Test("Of several reasons the first is named")
    func order() {
        #expect(
            gate.decide(
                Self.candidate {
                    $0.mayStore = false; $0.isSuccess = false; $0.confidence = 0
                }) == .skip(.forbidden))
        #expect(
            gate.decide(
                Self.candidate {
                    $0.isComplete = false; $0.finishReason = nil; $0.text = ""
                }) == .skip(.incomplete))
    }

    @Test("The size is the text's UTF-8 length unless the caller knows better")
    func size() {
        let hebrew = String(repeating: "ש", count: 51)
        #expect(gate.decide(Self.candidate { $0 = with($0, hebrew) }) == .skip(.tooLarge))
    }

    private func with(_ candidate: AnswerCandidate, _ text: String) -> AnswerCandidate {
        AnswerCandidate(
            isSuccess: true, isComplete: true, finishReason: "stop", text: text, isRefusal: false, confidence: candidate.confidence,
            mayStore: true)
    }

    @Test("Every reason is counted under a label of the catalogue")
    func labels() {
        #expect(GateRefusal.tooLarge.metric == .tooLarge)
        #expect(GateRefusal.lowConfidence.metric == .lowQuality)
        #expect(GateRefusal.forbidden.metric == .uncacheable)
        #expect(GateRefusal.lowConfidence.cacheStatusDetail == "low-confidence")
    }
}
