import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("Conditions that come and go")
struct ConditionStatesTests {
    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

    private static func reading(_ states: ConditionStates) throws -> ConditionReading {
        try #require(states.readings.first { $0.condition.figure == .hitRate })
    }

    @Test("One fires when it has held for its patience, and is fine at once when it no longer holds")
    func patience() throws {
        var states = ConditionStates()
        func note(_ value: Double?, enough: Bool = true, at seconds: Int64) throws -> ConditionReading.State {
            states.note([.hitRate: .init(value: value, hasEnoughData: enough)], at: Self.at(seconds))
            return try Self.reading(states).state
        }
        #expect(try note(0.9, at: 0) == .fine)
        #expect(try note(0.8, at: 30) == .fine)
        #expect(try note(0.79, at: 60) == .pending)
        #expect(try note(0.5, at: 630) == .pending)
        #expect(try note(0.5, at: 660) == .firing)
        #expect(try Self.reading(states).since == Self.at(660))
        #expect(try note(0.5, at: 700) == .firing)
        #expect(try Self.reading(states).since == Self.at(660))
        #expect(try note(0.85, at: 730) == .fine)
        #expect(try note(0.1, at: 760) == .pending)
    }

    @Test("Without enough data nothing is said, and what held before begins anew")
    func data() throws {
        var states = ConditionStates()
        states.note([.hitRate: .init(value: 0.1, hasEnoughData: true)], at: Self.at(0))
        states.note([.hitRate: .init(value: 0.1, hasEnoughData: false)], at: Self.at(700))
        #expect(try Self.reading(states).state == .unknown)
        states.note([.hitRate: .init(value: 0.1, hasEnoughData: true)], at: Self.at(730))
        #expect(try Self.reading(states).state == .pending)
        states.note([:], at: Self.at(760))
        #expect(try Self.reading(states).state == .unknown)
        #expect(states.readings.map(\.condition) == AlertCondition.all)
    }
}
