import Testing

@testable import HearthServer

@Suite("Which hits are checked")
struct HitSamplerTests {
    /// Five standard deviations of a binomial distribution: a right sampler fails once in 1.7 million runs.
    @Test("The share is kept over 100,000 draws", arguments: [0.0, 0.001, 0.01, 0.25, 0.5, 0.999, 1.0])
    func share(share: Double) {
        let sampler = HitSampler(share: share)
        let draws = 100_000
        let drawn = (0..<draws).count { _ in sampler.draws() }
        let bound = 5 * (Double(draws) * share * (1 - share)).squareRoot()
        #expect(abs(Double(drawn) - Double(draws) * share) <= bound, "\(drawn)")
    }

    @Test("Draws do not go with each other: whether one follows another is left to the share")
    func independence() {
        let sampler = HitSampler(share: 0.5, seed: 7)
        let draws = (0..<100_000).map { _ in sampler.draws() }
        // Runs of a fair coin: their number is about half of the draws, with a deviation of half the root.
        let runs = 1 + zip(draws, draws.dropFirst()).count { $0 != $1 }
        #expect(abs(Double(runs) - 50_000) < 5 * 158.2, "\(runs)")
        // Every seventh hit is no other sample than all.
        let seventh = stride(from: 0, to: draws.count, by: 7).count { draws[$0] }
        #expect(abs(Double(seventh) - 7143) < 5 * 59.8, "\(seventh)")
    }

    @Test("Draws from many tasks keep the share as well")
    func concurrent() async {
        let sampler = HitSampler(share: 0.1)
        let drawn = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { (0..<12_500).count { _ in sampler.draws() } } }
            return await group.reduce(0, +)
        }
        #expect(abs(Double(drawn) - 10_000) < 5 * 94.9, "\(drawn)")
    }
}
