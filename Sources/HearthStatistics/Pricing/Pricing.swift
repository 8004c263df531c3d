/// What a call to the provider costs.
///
/// A call is priced once, when it is made; what a kept answer saves later is the price of the call that made it, whatever prices
/// are configured by then.
package struct Pricing: Equatable, Sendable {
    /// Prices of one model in US dollars per million tokens.
    package struct TokenPrices: Equatable, Sendable {
        package var input: MicroDollars
        /// For the part of the input that the provider had cached; the price of input where none is given.
        package var cachedInput: MicroDollars
        package var output: MicroDollars

        package init(input: MicroDollars, cachedInput: MicroDollars? = nil, output: MicroDollars) {
            self.input = input
            self.cachedInput = cachedInput ?? input
            self.output = output
        }
    }

    /// The tokens that the provider reports for one call.
    package struct TokenUsage: Equatable, Sendable {
        /// All input tokens, cached ones included, as providers count them.
        package var input: Int64
        package var cachedInput: Int64
        package var output: Int64

        package init(input: Int64, cachedInput: Int64 = 0, output: Int64) {
            self.input = input
            self.cachedInput = cachedInput
            self.output = output
        }
    }

    /// What a call costs where no token prices are configured, or the provider reported no usage.
    package var perRequest: MicroDollars
    /// By model name.
    package var models: [String: TokenPrices]

    package init(perRequest: MicroDollars = MicroDollars(2000), models: [String: TokenPrices] = [:]) {
        self.perRequest = perRequest
        self.models = models
    }

    /// The cost of one call, in millionths of a US dollar.
    ///
    /// Token prices are summed exactly and rounded once, half up; negative counts are zero.
    package func cost(model: String, usage: TokenUsage?) -> Int64 {
        guard let usage, let prices = prices(of: model) else { return perRequest.amount }
        let input = max(0, usage.input)
        let cached = min(max(0, usage.cachedInput), input)
        let sum =
            Int128(input - cached) * Int128(prices.input.amount)
            + Int128(cached) * Int128(prices.cachedInput.amount)
            + Int128(max(0, usage.output)) * Int128(prices.output.amount)
        return Int64(clamping: (sum + 500_000) / 1_000_000)
    }

    /// The prices under the model's name, or under its name without the date of a snapshot: `gpt-4o-mini-2024-07-18` is priced
    /// as `gpt-4o-mini`, which is never priced as `gpt-4o`.
    package func prices(of model: String) -> TokenPrices? {
        models[model] ?? Self.nameWithoutDate(model).flatMap { models[$0] }
    }

    private static func nameWithoutDate(_ model: String) -> String? {
        let shape = "-dddd-dd-dd"
        let suffix = model.utf8.suffix(shape.utf8.count)
        let isDate =
            suffix.count == shape.utf8.count
            && zip(suffix, shape.utf8).allSatisfy { byte, expected in
                expected == UInt8(ascii: "d") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
            }
        return isDate ? String(model.dropLast(shape.count)) : nil
    }
}
