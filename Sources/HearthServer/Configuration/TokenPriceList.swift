import HearthStatistics

/// The text form of what models cost: `model=input/output` or `model=input/output/cachedInput`, in US dollars per million tokens.
enum TokenPriceList {
    /// Nil if a model has no name or occurs twice, or if a price is no amount.
    static func parse(_ text: String) -> [String: Pricing.TokenPrices]? {
        var models: [String: Pricing.TokenPrices] = [:]
        for item in text.split(separator: ";").map({ SettingText.trimmed($0) }) where !item.isEmpty {
            guard let separator = item.lastIndex(of: "=") else { return nil }
            let model = SettingText.trimmed(item[..<separator])
            let parts = item[item.index(after: separator)...].split(separator: "/", omittingEmptySubsequences: false)
            let prices = parts.compactMap { MicroDollars(dollars: SettingText.trimmed($0)) }
            guard !model.isEmpty, (2...3).contains(parts.count), prices.count == parts.count, models.count < 100,
                models.updateValue(
                    Pricing.TokenPrices(input: prices[0], cachedInput: prices.count == 3 ? prices[2] : nil, output: prices[1]),
                    forKey: model) == nil
            else { return nil }
        }
        return models.isEmpty ? nil : models
    }

    static func write(_ models: [String: Pricing.TokenPrices]) -> String? {
        guard !models.isEmpty else { return nil }
        return models.sorted { $0.key < $1.key }.map { model, prices in
            let amounts = [prices.input, prices.output, prices.cachedInput].map { SettingText.write(microDollars: $0.amount) }
            return "\(model)=\(amounts.joined(separator: "/"))"
        }.joined(separator: "; ")
    }
}
