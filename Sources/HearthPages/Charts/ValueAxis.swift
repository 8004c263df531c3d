/// The vertical axis of a chart of amounts: from a whole number of steps below to one above.
struct ValueAxis: Sendable, Equatable {
    let low: Double
    let high: Double
    let step: Double

    /// - Parameter isWhole: whether fractions of one have no meaning, as with counts.
    ///
    /// Bars start at zero, so zero is always in; `high` is above `low` even where all values are nought.
    init(covering values: [Double], steps: Double = 4, isWhole: Bool = false) {
        let finite = values.filter(\.isFinite)
        let most = max(finite.max() ?? 0, 0)
        let least = min(finite.min() ?? 0, 0)
        let step = Self.niceStep((most - least) / steps)
        self.step = isWhole ? max(step, 1) : step
        high = max((most / self.step).rounded(.up) * self.step, least < 0 ? 0 : self.step)
        low = (least / self.step).rounded(.down) * self.step
    }

    /// Shares in per cent: up to 100, down to 60, or as far below as the values go in tens, with the limit inside.
    init(percentages values: [Double], limit: Double) {
        let least = min(values.filter(\.isFinite).min() ?? limit, limit)
        low = max(min(((least - 1) / 20).rounded(.down) * 20, 60), 0)
        high = 100
        step = low >= 60 ? 10 : 20
    }

    func share(_ value: Double) -> Double { (value - low) / (high - low) }

    var values: [Double] {
        let count = Int(((high - low) / step).rounded())
        return (0...max(count, 1)).map { low + Double($0) * step }
    }

    /// 1, 2 or 5 times a power of ten, not less than `raw`.
    static func niceStep(_ raw: Double) -> Double {
        guard raw > 0, raw.isFinite else { return 1 }
        var unit = 1.0
        while unit > raw { unit /= 10 }
        while unit * 10 <= raw { unit *= 10 }
        for factor in [1.0, 2, 5] where unit * factor >= raw * 0.999_999 { return unit * factor }
        return unit * 10
    }
}
