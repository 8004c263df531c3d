import GRDB
import HearthDrivers
import HearthStatistics
import HearthTelemetry

extension Composition {
    /// The parts that count usage; they share one store and one buffer.
    struct Counting: Sendable {
        let store: any StatisticsStore & QueryPatternStore
        let reporter: UsageReporter
        let privacy: QuestionPrivacy
        let flusher: StatisticsFlusher
        let query: StatisticsQuery
        let topQueries: TopQueryReader
        let instruments: StatisticsInstruments
        let aggregation: AggregationInstruments
    }

    /// - Parameters:
    ///   - database: the replica's own, for one that is alone.
    ///   - shared: the database that replicas share, where one is configured.
    static func counting(
        _ foundation: Foundation, instruments cache: CacheInstruments, database: any DatabaseWriter, shared: SharedDatabase?
    ) -> Counting {
        let (configuration, time) = (foundation.configuration, foundation.timeSource)
        let recorder = StatisticsRecorder(patternCapacity: configuration.statistics.patternsInMemory)
        let store: any StatisticsStore & QueryPatternStore =
            shared.map { PostgresStatisticsStore(client: $0.client) } ?? SQLiteStatisticsStore(database: database)
        let buffer = StatisticsBuffer(recorder: recorder, replica: ReplicaIdentity(name: foundation.replica))
        let instruments = StatisticsInstruments(registry: foundation.registry)
        let collector = StatisticsCollector(buffer: buffer, instruments: instruments, settings: configuration.statistics)
        let flusher = StatisticsFlusher(
            buffer: buffer, store: store, time: time, logger: foundation.logs.logger("hearth.statistics"))
        let aggregation = AggregationInstruments(registry: foundation.registry)
        foundation.registry.addCollector("statistics") {
            collector.collect()
            aggregation.watermark(.minute).set(StatisticsPeriod.minute.bucketStart(containing: flusher.completeThrough))
        }
        let privacy = QuestionPrivacy(
            keepsTexts: configuration.storesQueries, customerKey: configuration.statistics.customerKey?.reveal())
        return Counting(
            store: store,
            reporter: UsageReporter(
                instruments: cache, statistics: recorder, logger: foundation.logs.logger("hearth.answers"),
                logsQueries: configuration.log.includesQueries, privacy: privacy),
            privacy: privacy,
            flusher: flusher, query: StatisticsQuery(store: store, buffer: buffer, time: time),
            topQueries: TopQueryReader(store: store, flusher: flusher, keepsTexts: configuration.storesQueries), instruments: instruments,
            aggregation: aggregation)
    }
}
