import HearthTelemetry

extension Dictionary where Key == QueryPatternKey, Value == QueryPatternTally {
    /// Makes room when there are more patterns than `limit`: the rarest become part of their languages' remainders.
    ///
    /// No count is lost, so the remainder says how much any pattern may lack at most. What is asked often stays: of N sightings in a table
    /// of m patterns, at most 2N/m of one pattern end in the remainder.
    ///
    /// The frequent items of Misra and Gries ("Finding repeated elements", Science of Computer Programming 2, 1982) with the median as the
    /// decrement, which makes the work per sighting constant (Anderson et al., "A High-Performance Algorithm for Identifying Frequent Items
    /// in Data Streams", IMC 2017).
    /// - Returns: the sightings that went to a remainder.
    @discardableResult
    mutating func foldRarest(over limit: Int) -> Int64 {
        guard count > limit else { return 0 }
        let ranks = values.map(\.rank).sorted()
        let median = ranks[ranks.count / 2]
        var excess = count - limit / 2
        var folded: Int64 = 0
        for key in Array(keys) where !key.isRemainder {
            guard let place = index(forKey: key) else { continue }
            if values[place].rank <= median, excess > 0 {
                let tally = remove(at: place).value
                fold(tally, of: key)
                folded.increase(by: tally.sightings)
                excess -= 1
            } else {
                values[place].rank -= median
            }
        }
        return folded
    }

    mutating func fold(_ tally: QueryPatternTally, of key: QueryPatternKey) {
        self[.remainder(key.language, of: key.tenant), default: QueryPatternTally(category: .general, seenAt: tally.lastSeen)].addCounts(
            of: tally)
    }

    mutating func add(_ other: [QueryPatternKey: QueryPatternTally]) {
        for (key, tally) in other {
            if let place = index(forKey: key) { values[place].add(tally) } else { self[key] = tally }
        }
    }
}
