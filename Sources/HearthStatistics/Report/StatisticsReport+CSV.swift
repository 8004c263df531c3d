extension StatisticsReport {
    /// The series as RFC 4180 text with a header line: one line per bucket, lines end with CRLF.
    ///
    /// No field needs quoting: there are only dates, words and numbers.
    package var csv: String {
        var text = Self.csvHeader.joined(separator: ",") + "\r\n"
        for bucket in series {
            text += Self.csvFields(of: bucket).joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static let csvHeader = [
        "startDate", "endDate", "complete", "totalRequests", "cacheHits", "cacheMisses", "hitRate", "failedRequests",
        "estimatedCostSavings", "aiApiCallsCost", "totalCostWithoutCache", "avgCacheResponseTime", "avgAiResponseTime",
        "p50CacheResponseTime", "p95CacheResponseTime", "p99CacheResponseTime", "netSavings",
    ]

    private static func csvFields(of bucket: Bucket) -> [String] {
        let metrics = bucket.metrics
        return [
            "\(bucket.startDate)", "\(bucket.endDate)", "\(bucket.complete)", "\(metrics.totalRequests)", "\(metrics.cacheHits)",
            "\(metrics.cacheMisses)", "\(metrics.hitRate)", "\(metrics.failedRequests)", "\(metrics.estimatedCostSavings)",
            "\(metrics.aiApiCallsCost)", "\(metrics.totalCostWithoutCache)", "\(metrics.avgCacheResponseTime)",
            "\(metrics.avgAiResponseTime)", "\(metrics.p50CacheResponseTime)", "\(metrics.p95CacheResponseTime)",
            "\(metrics.p99CacheResponseTime)", "\(bucket.savings.net)",
        ]
    }
}
