import HearthTelemetry

/// The tables of query patterns inside a transaction, whichever database they are in.
protocol QueryPatternTables {
    /// The customers that have been counted for each of the patterns that are kept.
    func knownCustomers(of keys: [QueryPatternKey]) throws -> [QueryPatternKey: Int]
    /// Remembers who asked, once for each pattern.
    func note(_ customers: [(key: QueryPatternKey, customer: CustomerHash)]) throws
    /// How many customers are remembered for each of the patterns.
    func rememberedCustomers(of keys: [QueryPatternKey]) throws -> [QueryPatternKey: Int]
    func forgetCustomers(of keys: [QueryPatternKey]) throws

    /// Adds counts to the patterns' rows, which are made when they do not exist. Texts that are given replace those that are not kept yet.
    func add(_ patterns: [QueryPattern]) throws

    /// Adds the same counts to those of a month.
    func addMonths(_ counts: [(key: QueryPatternKey, month: Timestamp, tally: QueryPatternTally)]) throws

    /// Forgets that a customer of a tenant has asked; returns which patterns he had asked.
    func removeCustomer(_ customer: CustomerHash, of tenant: Tenant) throws -> [QueryPatternKey]
    /// Sets how many customers are known to have asked.
    func set(customers: [QueryPatternKey: Int]) throws

    func topPatterns(_ selection: TopQuerySelection) throws -> [QueryPattern]
    /// The sums of the remainders of a language and tenant, or of all.
    func remainder(_ language: Language?, of tenant: Tenant?) throws -> QueryPatternTally
    func patternCount() throws -> Int

    func unseenPatterns(since moment: Timestamp, limit: Int) throws -> [QueryPatternKey]
    func archivedPatterns(before moment: Timestamp, limit: Int) throws -> [QueryPatternKey]
    /// The rarest of the longest unseen.
    func rarestPatterns(limit: Int) throws -> [QueryPattern]
    func archive(_ keys: [QueryPatternKey], at now: Timestamp) throws
    /// With what was counted in months.
    func remove(_ keys: [QueryPatternKey]) throws
    func removeMonths(before moment: Timestamp, limit: Int) throws -> Int
}

/// What is done in one transaction.
extension QueryPatternTables {
    /// Adds counts, and decides which texts may be kept.
    func addPatterns(_ tallies: [QueryPatternKey: QueryPatternTally]) throws {
        guard !tallies.isEmpty else { return }
        // A pattern with its original text is one of an installation that keeps texts.
        let asked = tallies.filter { $0.value.originalText == nil && !$0.value.customers.isEmpty }
        var counts = try asked.isEmpty ? [:] : knownCustomers(of: Array(asked.keys))
        let open = asked.filter { counts[$0.key] ?? 0 < QueryPatternTally.customerLimit }
        if !open.isEmpty {
            try note(open.flatMap { pattern in pattern.value.customers.map { (pattern.key, $0) } })
            counts.merge(try rememberedCustomers(of: Array(open.keys))) { max($0, $1) }
        }
        let known = open.keys.filter { counts[$0] ?? 0 >= QueryPatternTally.customerLimit }
        try add(
            tallies.map { key, tally in
                var pattern = QueryPattern(key: key, tally: tally, customers: min(counts[key] ?? 0, QueryPatternTally.customerLimit))
                if tally.originalText == nil, pattern.customers < QueryPatternTally.customerLimit { pattern.tally.normalizedText = nil }
                return pattern
            })
        if !known.isEmpty { try forgetCustomers(of: Array(known)) }
        try addMonths(of: tallies)
    }

    /// A batch is of one second, and all of it belongs to the month of its end; so does one that waited for the database meanwhile.
    private func addMonths(of tallies: [QueryPatternKey: QueryPatternTally]) throws {
        let counts = tallies.filter { !$0.key.isRemainder }.map { key, tally in
            (key: key, month: StatisticsPeriod.monthly.bucketStart(containing: tally.lastSeen), tally: tally)
        }
        if !counts.isEmpty { try addMonths(counts) }
    }

    func topQueries(_ selection: TopQuerySelection) throws -> TopQueries {
        let remainder = try remainder(selection.language, of: selection.tenant)
        return TopQueries(
            patterns: try topPatterns(selection), uncounted: selection.kind == .hits ? remainder.hits : remainder.misses)
    }

    /// Who has asked is remembered only until enough have; where he was one of them, one fewer is known to have asked.
    func forget(_ customer: CustomerHash, of tenant: Tenant) throws -> Int {
        let keys = try removeCustomer(customer, of: tenant)
        guard !keys.isEmpty else { return 0 }
        let left = try rememberedCustomers(of: keys)
        try set(customers: Dictionary(uniqueKeysWithValues: keys.map { ($0, left[$0] ?? 0) }))
        return keys.count
    }

    func archivePatterns(unseenSince moment: Timestamp, at now: Timestamp) throws -> Int {
        let keys = try unseenPatterns(since: moment, limit: PatternSlice.size)
        guard !keys.isEmpty else { return 0 }
        try archive(keys, at: now)
        // Who asked is of no more use, and need not be known.
        try forgetCustomers(of: keys)
        return keys.count
    }

    func removePatterns(archivedBefore moment: Timestamp) throws -> Int {
        let keys = try archivedPatterns(before: moment, limit: PatternSlice.size)
        guard !keys.isEmpty else { return 0 }
        try remove(keys)
        return keys.count
    }

    func removeMonths(before moment: Timestamp) throws -> Int { try removeMonths(before: moment, limit: PatternSlice.size) }

    func foldPatterns(over limit: Int) throws -> Int {
        let excess = try patternCount() - limit
        guard excess > 0 else { return 0 }
        let rarest = try rarestPatterns(limit: min(excess, PatternSlice.size))
        guard !rarest.isEmpty else { return 0 }
        var remainders: [QueryPatternKey: QueryPatternTally] = [:]
        for pattern in rarest { remainders.fold(pattern.tally, of: pattern.key) }
        try add(remainders.map { QueryPattern(key: $0.key, tally: $0.value, customers: 0) })
        try forgetCustomers(of: rarest.map(\.key))
        try remove(rarest.map(\.key))
        return rarest.count
    }
}

/// What one transaction of upkeep goes through.
enum PatternSlice {
    static let size = 1000
    /// The rarest are looked for among so many of the longest unseen.
    static let candidates = 10_000
}
