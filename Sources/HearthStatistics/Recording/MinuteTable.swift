import HearthTelemetry

/// The counts of one minute while it is recorded: a tally for every cell of the standard tenant, reused without allocation once each was
/// touched, and one for each cell of other tenants that was.
struct MinuteTable {
    /// Tallies of other tenants that are told apart; what comes on top of them is counted for ``Tenant/others``.
    static let otherLimit = 10_000

    private struct Place<Cell: Hashable & Sendable>: Hashable, Sendable {
        var tenant: Tenant
        var cell: Cell
    }

    /// The minute since the epoch; nil while the table is free.
    private(set) var minute: Int64?
    private var tallies = Array(repeating: UsageTally(), count: UsageCell.count)
    private var background = Array(repeating: BackgroundTally(), count: BackgroundPurpose.allCases.count)
    private var otherTallies: [Place<Int>: UsageTally] = [:]
    private var otherBackground: [Place<BackgroundPurpose>: BackgroundTally] = [:]

    mutating func assign(minute: Int64) { self.minute = minute }

    mutating func record(_ event: UsageEvent, cellIndex: Int) {
        guard event.tenant != .standard else { return tallies[cellIndex].record(event) }
        let place = Place(tenant: event.tenant, cell: cellIndex)
        let isTold = otherTallies.count < Self.otherLimit || otherTallies[place] != nil
        otherTallies[isTold ? place : Place(tenant: .others, cell: cellIndex), default: UsageTally()].record(event)
    }

    mutating func record(_ purpose: BackgroundPurpose, of tenant: Tenant, costMicroDollars: Int64) {
        let tally = BackgroundTally(calls: 1, costMicroDollars: costMicroDollars)
        guard tenant != .standard else { return background[purpose.index].add(tally) }
        let place = Place(tenant: tenant, cell: purpose)
        let isTold = otherBackground.count < Self.otherLimit || otherBackground[place] != nil
        otherBackground[isTold ? place : Place(tenant: .others, cell: purpose), default: BackgroundTally()].add(tally)
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
        for (place, tally) in otherTallies {
            deltas.usage[UsageKey(bucket: bucket, tenant: place.tenant, cell: UsageCell.all[place.cell]), default: UsageTally()].add(tally)
        }
        for (place, tally) in otherBackground {
            let key = BackgroundKey(bucket: bucket, tenant: place.tenant, purpose: place.cell)
            deltas.background[key, default: BackgroundTally()].add(tally)
        }
        otherTallies.removeAll(keepingCapacity: true)
        otherBackground.removeAll(keepingCapacity: true)
        self.minute = nil
    }
}
