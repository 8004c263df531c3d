import HearthTestKit

extension DrillLane {
    private static let settings = """
        cache: {lookupDeadline: 5s}
        jobs: {probe-stores: {schedule: "@every 1s", retries: 0}}

        """

    /// The provider fails now and then, and then always.
    static let provider = DrillLane(
        name: "provider", setup: .init(settings: settings),
        prepare: { $0.traffic.change(perSecond: 20, newShare: 0.6) },
        drills: [
            Drill(
                fault: "a quarter of the provider's answers is status 500", alerts: [.init(alert: "HearthUpstreamErrors")],
                inject: { try await $0.letProvider(#""errorRate": 0.25"#) },
                heal: { try await $0.letProvider(#""errorRate": 0"#) }),
            Drill(
                fault: "all of the provider's answers are status 500",
                alerts: [
                    .init(alert: "HearthUpstreamBreakerOpen"), .init(alert: "HearthUpstreamErrors", isTold: false),
                    .init(alert: "HearthAvailabilityBudgetBurn", labels: ["window": "1h"]),
                ],
                // The breaker tries again each minute.
                limit: .seconds(110),
                inject: { try await $0.letProvider(#""status": 500"#) },
                heal: { try await $0.letProvider(#""status": 0"#) }),
        ])

    /// More callers want something new than the provider has time for.
    static let load = DrillLane(
        name: "load",
        setup: .init(
            settings: """
                cache: {lookupDeadline: 5s}
                provider: {concurrency: 2, queueLength: 4, queueWait: 1s}
                jobs: {probe-stores: {schedule: "@every 1s", retries: 0}}

                """),
        prepare: { $0.traffic.change(perSecond: 40, newShare: 0.3) },
        drills: [
            Drill(
                fault: "the provider takes a second for each answer, and there are two slots", alerts: [.init(alert: "HearthShedding")],
                inject: { try await $0.letProvider(#""latencyMilliseconds": 1000"#) },
                heal: { try await $0.letProvider(#""latencyMilliseconds": 5"#) })
        ])

    /// Answers are not found any more, or are others than the provider's.
    static let answers = DrillLane(
        name: "answers",
        setup: .init(
            settings: settings,
            environment: [
                "HEARTH_SHADOW_SHARE": "1", "HEARTH_SHADOW_CHECKS_PER_DAY": "1000000", "HEARTH_SHADOW_MISMATCH_THRESHOLD": "1",
            ]),
        prepare: { $0.traffic.change(perSecond: 60, newShare: 0) },
        drills: [
            Drill(
                fault: "the provider swaps answers", alerts: [.init(alert: "HearthCacheWrongAnswers")],
                // The hour that checks are counted in is 90 seconds.
                limit: .seconds(110),
                inject: { try await $0.letProvider(#""mode": "swapped""#) },
                heal: { try await $0.letProvider(#""mode": "normal""#) }),
            // A cold cache may warm up for half an hour, which has passed meanwhile.
            Drill.hitRate,
        ])
}
