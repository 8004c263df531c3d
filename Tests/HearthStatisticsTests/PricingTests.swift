import HearthStatistics
import Testing

struct PricingTests {
    @Test(
        "decimal dollars are read exactly",
        arguments: [
            ("0.002", 2000), ("0", 0), ("1", 1_000_000), (".5", 500_000), ("5.", 5_000_000), ("0.000001", 1), ("0.1", 100_000),
            ("0.0020000000", 2000), ("20.00", 20_000_000), ("9000000000000", 9_000_000_000_000_000_000),
        ] as [(String, Int64)])
    func parsing(text: String, amount: Int64) {
        #expect(MicroDollars(dollars: text)?.amount == amount)
    }

    @Test(
        "anything else is refused",
        arguments: ["", ".", "-1", "+1", "1e3", "0.0000001", "1,5", " 1", "1.2.3", "$1", "99999999999999999999", "9300000000000", "٣"])
    func refusal(text: String) {
        #expect(MicroDollars(dollars: text) == nil)
    }

    @Test(
        "amounts are shown with the decimals they have",
        arguments: [(2000, "$0.002"), (20_000_000, "$20.00"), (-150_000, "-$0.15"), (1, "$0.000001")] as [(Int64, String)])
    func description(amount: Int64, text: String) {
        #expect(MicroDollars(amount).description == text)
    }

    @Test("without token prices or without usage a call costs the flat price")
    func flat() throws {
        let prices = try Pricing.TokenPrices(input: dollars("0.15"), output: dollars("0.60"))
        let pricing = try Pricing(perRequest: dollars("0.002"), models: ["gpt-4o-mini": prices])
        #expect(pricing.cost(model: "other", usage: .init(input: 100, output: 100)) == 2000)
        #expect(pricing.cost(model: "gpt-4o-mini", usage: nil) == 2000)
        #expect(Pricing().cost(model: "any", usage: nil) * 10_000 == 20_000_000)
    }

    @Test("token prices are summed exactly and rounded once")
    func tokens() throws {
        let prices = try Pricing.TokenPrices(input: dollars("0.15"), cachedInput: dollars("0.075"), output: dollars("0.60"))
        let pricing = Pricing(models: ["gpt-4o-mini": prices])
        func cost(_ input: Int64, _ cached: Int64, _ output: Int64) -> Int64 {
            pricing.cost(model: "gpt-4o-mini-2024-07-18", usage: .init(input: input, cachedInput: cached, output: output))
        }
        #expect(cost(1_000_000, 0, 0) == 150_000)
        #expect(cost(1_000_000, 1_000_000, 1_000_000) == 675_000)
        // 100 × 0.15 + 20 × 0.075 less 20 × 0.15 + 50 × 0.6 = 12 + 1.5 + 30 = 43.5 millionths, half up.
        #expect(cost(100, 20, 50) == 44)
        #expect(cost(-5, 10, -1) == 0)
        #expect(cost(.max, 0, .max) == Int64(clamping: Int128(Int64.max) * 750_000 / 1_000_000))
    }

    @Test("a snapshot has its model's prices, a larger model's name does not lend them")
    func models() throws {
        let prices = try Pricing.TokenPrices(input: dollars("1"), output: dollars("1"))
        let pricing = Pricing(models: ["gpt-4o": prices])
        #expect(pricing.prices(of: "gpt-4o-2024-08-06") == prices)
        #expect(pricing.prices(of: "gpt-4o-mini") == nil)
        #expect(pricing.prices(of: "-2024-08-06") == nil)
        #expect(pricing.prices(of: "") == nil)
    }

    private func dollars(_ text: String) throws -> MicroDollars { try #require(MicroDollars(dollars: text)) }
}
