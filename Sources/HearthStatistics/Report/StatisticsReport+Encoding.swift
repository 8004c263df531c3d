import HearthTelemetry

extension StatisticsReport: Encodable {
    private enum Field: String, CodingKey {
        case period, startDate, endDate, generatedAt, completeThrough, replicas, metrics, languageBreakdown, categoryBreakdown
        case byResult, latencyByResult, missReasons, sharedMisses, grid, savings, previous, series
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(period, forKey: .period)
        try fields.encode(startDate.description, forKey: .startDate)
        try fields.encode(endDate.description, forKey: .endDate)
        try fields.encode(generatedAt.description, forKey: .generatedAt)
        try fields.encode(completeThrough.description, forKey: .completeThrough)
        try fields.encode(replicas, forKey: .replicas)
        try fields.encode(metrics, forKey: .metrics)
        try fields.encode(languageBreakdown, forKey: .languageBreakdown)
        try fields.encode(categoryBreakdown, forKey: .categoryBreakdown)
        try fields.encode(byResult, forKey: .byResult)
        try fields.encode(latencyByResult, forKey: .latencyByResult)
        try fields.encode(missReasons, forKey: .missReasons)
        try fields.encode(sharedMisses, forKey: .sharedMisses)
        try fields.encode(grid, forKey: .grid)
        try fields.encode(savings, forKey: .savings)
        try fields.encode(previous, forKey: .previous)
        try fields.encode(series, forKey: .series)
    }
}

extension StatisticsReport.Bucket: Encodable {
    private enum Field: String, CodingKey {
        case startDate, endDate, complete, metrics, byResult, missReasons, sharedMisses, savings
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(startDate.description, forKey: .startDate)
        try fields.encode(endDate.description, forKey: .endDate)
        try fields.encode(complete, forKey: .complete)
        try fields.encode(metrics, forKey: .metrics)
        try fields.encode(byResult, forKey: .byResult)
        try fields.encode(missReasons, forKey: .missReasons)
        try fields.encode(sharedMisses, forKey: .sharedMisses)
        try fields.encode(savings, forKey: .savings)
    }
}

extension StatisticsReport.Previous: Encodable {
    private enum Field: String, CodingKey {
        case startDate, endDate, complete, metrics, savings
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(startDate.description, forKey: .startDate)
        try fields.encode(endDate.description, forKey: .endDate)
        try fields.encode(complete, forKey: .complete)
        try fields.encode(metrics, forKey: .metrics)
        try fields.encode(savings, forKey: .savings)
    }
}

extension Breakdown: Encodable {
    private struct Member: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        for (key, value) in entries { try members.encode(value, forKey: Member(stringValue: key.rawValue)) }
    }
}
