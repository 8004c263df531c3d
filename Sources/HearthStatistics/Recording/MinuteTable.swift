import HearthTelemetry

/// The counts of one minute while it is recorded: a tally for every cell, reused without allocation once each was touched.
struct MinuteTable {
    /// The minute since the epoch; nil while the table is free.
    private(set) var minute: Int64?
    private var tallies = Array(repeating: UsageTally(), count: UsageCell.count)
    private var background = Array(repeating: BackgroundTally(), count: BackgroundPurpose.allCases.count)

    mutating func assign(minute: Int64) { self.minute = minute }

    mutating func record(_ event: UsageEvent, cellIndex: Int) {
        tallies[cellIndex].record(event)
    }

    mutating func record(_ purpose: BackgroundPurpose, costMicroDollars: Int64) {
        background[purpose.index].add(BackgroundTally(calls: 1, costMicroDollars: costMicroDollars))
    }

    /// Adds the counts to `deltas` and frees the table.
    mutating func empty(into deltas: inout UsageDeltas) {
        guard let minute else { return }
        let bucket = Timestamp(milliseconds: minute * 60_000)
        for index in tallies.indices where tallies[index].requests > 0 {
            deltas.usage[UsageKey(bucket: bucket, cell: UsageCell.all[index]), default: UsageTally()].add(tallies[index])
            tallies[index].reset()
        }
        for purpose in BackgroundPurpose.allCases where background[purpose.index].calls > 0 {
            let key = BackgroundKey(bucket: bucket, purpose: purpose)
            deltas.background[key, default: BackgroundTally()].add(background[purpose.index])
            background[purpose.index] = BackgroundTally()
        }
        self.minute = nil
    }
}
