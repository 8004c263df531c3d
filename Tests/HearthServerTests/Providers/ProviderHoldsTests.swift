import HearthUpstream
import Testing

@testable import HearthServer

@Suite("Providers that want to be left alone")
struct ProviderHoldsTests {
    private static let place = ProviderHolds.Place(provider: "main", model: "m")

    private static func limited(_ seconds: Int?) -> UpstreamError {
        UpstreamError(kind: .rateLimited, message: "slow down", retryAfter: seconds.map { .seconds($0) })
    }

    @Test("A refusal counts for its time, and says what is left of it")
    func time() {
        var holds = ProviderHolds(longest: .seconds(120))
        #expect(holds.refusal(at: Self.place, now: .zero) == nil)
        holds.note(Self.limited(7), at: Self.place, now: .zero)
        #expect(holds.refusal(at: Self.place, now: .seconds(3))?.retryAfter == .seconds(4))
        #expect(holds.refusal(at: .init(provider: "main", model: "other"), now: .zero) == nil)
        #expect(holds.refusal(at: .init(provider: "other", model: "m"), now: .zero) == nil)
        #expect(holds.refusal(at: Self.place, now: .seconds(7)) == nil)
        #expect(holds.count(at: .seconds(7)) == 0)
    }

    @Test("No longer than allowed, and not at all where that is zero")
    func bounds() {
        var holds = ProviderHolds(longest: .seconds(5))
        holds.note(Self.limited(60), at: Self.place, now: .zero)
        #expect(holds.refusal(at: Self.place, now: .seconds(4)) != nil)
        #expect(holds.refusal(at: Self.place, now: .seconds(5)) == nil)
        var off = ProviderHolds(longest: .zero)
        off.note(Self.limited(60), at: Self.place, now: .zero)
        #expect(off.refusal(at: Self.place, now: .zero) == nil)
    }

    @Test("Too many requests without a time count for a second, or for as long as allowed if that is less")
    func unsaid() {
        var holds = ProviderHolds(longest: .seconds(120))
        holds.note(Self.limited(nil), at: Self.place, now: .zero)
        #expect(holds.refusal(at: Self.place, now: .milliseconds(400))?.retryAfter == .milliseconds(600))
        #expect(holds.refusal(at: Self.place, now: .seconds(1)) == nil)
        var brief = ProviderHolds(longest: .milliseconds(300))
        brief.note(Self.limited(nil), at: Self.place, now: .zero)
        #expect(brief.refusal(at: Self.place, now: .milliseconds(300)) == nil)
    }

    private static func failure(_ status: Int, _ seconds: Int? = nil) -> UpstreamError {
        var error = UpstreamError(
            kind: status == 504 ? .timeout : .serverError(status: status), message: "", retryAfter: seconds.map { .seconds($0) })
        error.status = status
        return error
    }

    @Test("A fault of the caller, of the network and a few failures hold nothing")
    func others() {
        for kind in [UpstreamError.Kind.serverError(status: 500), .clientError(status: 400), .timeout, .network, .auth] {
            var holds = ProviderHolds(longest: .seconds(120))
            for _ in 1..<ProviderHolds.failuresInARow { holds.note(UpstreamError(kind: kind, message: ""), at: Self.place, now: .zero) }
            #expect(holds.refusal(at: Self.place, now: .zero) == nil, "\(kind)")
        }
    }

    @Test("A failure that says a time is left alone for it")
    func told() {
        var holds = ProviderHolds(longest: .seconds(120))
        holds.note(Self.failure(500, 2), at: Self.place, now: .zero)
        #expect(holds.refusal(at: Self.place, now: .zero)?.kind == .serverError(status: 500))
        #expect(holds.refusal(at: Self.place, now: .seconds(2)) == nil)
    }

    @Test(
        "A server that fails in a row is left alone for a moment that grows to a second, until it answers", arguments: [500, 503, 504, 529])
    func inARow(status: Int) {
        var holds = ProviderHolds(longest: .seconds(120))
        for _ in 1..<ProviderHolds.failuresInARow { holds.note(Self.failure(status), at: Self.place, now: .zero) }
        for pause in [100, 200, 400, 800, 1000, 1000].map({ Duration.milliseconds($0) }) {
            holds.note(Self.failure(status), at: .init(provider: "main", model: "other \(pause)"), now: .zero)
            holds.note(Self.failure(status), at: Self.place, now: .zero)
            #expect(holds.refusal(at: Self.place, now: .zero)?.retryAfter == pause)
            #expect(holds.count(at: .zero) == 1)
            #expect(holds.refusal(at: Self.place, now: pause) == nil)
        }
        for answer in [nil, UpstreamError(kind: .clientError(status: 400), message: "")] {
            if let answer { holds.note(answer, at: Self.place, now: .zero) } else { holds.noteAnswer(at: Self.place) }
            for _ in 1..<ProviderHolds.failuresInARow { holds.note(Self.failure(status), at: Self.place, now: .zero) }
            #expect(holds.refusal(at: Self.place, now: .zero) == nil)
        }
    }

    @Test("What a call under way is told later does not shorten what the provider said")
    func late() {
        var holds = ProviderHolds(longest: .seconds(120))
        holds.note(Self.limited(30), at: Self.place, now: .zero)
        holds.note(Self.limited(nil), at: Self.place, now: .zero)
        #expect(holds.refusal(at: Self.place, now: .seconds(29))?.retryAfter == .seconds(1))
        holds.note(Self.limited(60), at: Self.place, now: .zero)
        #expect(holds.refusal(at: Self.place, now: .seconds(29))?.retryAfter == .seconds(31))
    }

    @Test("Nobody is told the words that the provider said to another caller")
    func words() {
        var holds = ProviderHolds(longest: .seconds(120))
        var error = Self.limited(30)
        error.refusal = ProviderRefusal(status: 429, body: Array("about what one caller asked".utf8))
        holds.note(error, at: Self.place, now: .zero)
        let told = holds.refusal(at: Self.place, now: .zero)
        #expect(told?.message == "slow down" && told?.refusal == nil)
        #expect(told?.madeCall == false, "nobody pays for it")
    }

    @Test("However many models are named, no more than the limit are held")
    func limit() {
        var holds = ProviderHolds(longest: .seconds(120))
        for number in 0..<10_000 { holds.note(Self.limited(60), at: .init(provider: "main", model: "\(number)"), now: .zero) }
        #expect(holds.count(at: .zero) == ProviderHolds.limit)
        holds.note(Self.limited(60), at: Self.place, now: .seconds(61))
        #expect(holds.refusal(at: Self.place, now: .seconds(61)) != nil)
        #expect(holds.count(at: .seconds(61)) == 1)
    }
}
