import Testing

@testable import HearthServer

@Suite("The order in which providers are asked")
struct ProviderChoiceTests {
    private static func member(_ name: String, _ weight: Int = 1) -> ProviderChoice.Member { .init(name: name, weight: weight) }

    @Test("Ranks come one after the other; a model without a route goes to the main provider, or where * says")
    func ranks() {
        let choice = ProviderChoice(routes: ["a": [[Self.member("x")], [Self.member("main")]]], main: "main")
        #expect(choice.order(for: "a") { 0.9 } == ["x", "main"])
        #expect(choice.order(for: "b") { 0.9 } == ["main"])
        #expect(ProviderChoice(routes: ["*": [[Self.member("x")]]], main: "main").order(for: "b") { 0 } == ["x"])
    }

    @Test(
        "Within a rank chance decides by the weights, and everyone has a turn",
        arguments: [(0, ["x", "y", "z"]), (0.74, ["x", "y", "z"]), (0.75, ["y", "x", "z"]), (0.999, ["y", "x", "z"])]
            as [(Double, [String])])
    func weights(point: Double, order: [String]) {
        let choice = ProviderChoice(routes: ["a": [[Self.member("x", 3), Self.member("y")], [Self.member("z")]]], main: "main")
        #expect(choice.order(for: "a") { point } == order)
    }

    @Test("Over many requests the shares are those of the weights")
    func shares() {
        let choice = ProviderChoice(routes: ["a": [[Self.member("x", 3), Self.member("y")]]], main: "main")
        var point = 0.0
        let firsts = (0..<4000).map { _ in
            choice.order(for: "a") {
                point = (point + 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
                return point
            }[0]
        }
        #expect(abs(firsts.count { $0 == "x" } - 3000) < 60)
    }
}
