import HearthTelemetry

extension StatisticsReport {
    /// What the lines of a table are about.
    package enum Table: String, CaseIterable, Sendable {
        case series
        case languages
        case categories
        case grid
    }

    package func csv(_ table: Table = .series) -> String {
        switch table {
        case .series: seriesTable.text
        case .languages: languageTable.text
        case .categories: categoryTable.text
        case .grid: gridTable.text
        }
    }

    /// One line per bucket.
    private var seriesTable: CSVTable {
        var table = CSVTable([
            "startDate", "endDate", "complete", "totalRequests", "cacheHits", "cacheMisses", "hitRate", "failedRequests",
            "estimatedCostSavings", "aiApiCallsCost", "totalCostWithoutCache", "avgCacheResponseTime", "avgAiResponseTime",
            "p50CacheResponseTime", "p95CacheResponseTime", "p99CacheResponseTime", "netSavings",
        ])
        for bucket in series { table.add(Self.fields(of: bucket)) }
        return table
    }

    private static func fields(of bucket: Bucket) -> [String] {
        let metrics = bucket.metrics
        return [
            "\(bucket.startDate)", "\(bucket.endDate)", "\(bucket.complete)", "\(metrics.totalRequests)", "\(metrics.cacheHits)",
            "\(metrics.cacheMisses)", "\(metrics.hitRate)", "\(metrics.failedRequests)", "\(metrics.estimatedCostSavings)",
            "\(metrics.aiApiCallsCost)", "\(metrics.totalCostWithoutCache)", "\(metrics.avgCacheResponseTime)",
            "\(metrics.avgAiResponseTime)", "\(metrics.p50CacheResponseTime)", "\(metrics.p95CacheResponseTime)",
            "\(metrics.p99CacheResponseTime)", "\(bucket.savings.net)",
        ]
    }

    private var languageTable: CSVTable {
        var table = CSVTable(["language", "requests", "hits", "hitRate", "estimatedCostSavings"])
        for (language, share) in languageBreakdown.entries {
            table.add([language.rawValue, "\(share.requests)", "\(share.hits)", "\(share.hitRate)", "\(share.estimatedCostSavings)"])
        }
        return table
    }

    private var categoryTable: CSVTable {
        var table = CSVTable(["category", "requests", "hits", "hitRate", "avgResponseTime", "estimatedCostSavings"])
        for (category, share) in categoryBreakdown.entries {
            table.add([
                category.rawValue, "\(share.requests)", "\(share.hits)", "\(share.hitRate)", "\(share.avgResponseTime)",
                "\(share.estimatedCostSavings)",
            ])
        }
        return table
    }

    /// One line per language and category of which anything was asked.
    private var gridTable: CSVTable {
        var table = CSVTable(["language", "category", "requests", "hits", "hitRate"])
        for cell in grid {
            table.add([cell.language.rawValue, cell.category.rawValue, "\(cell.requests)", "\(cell.hits)", "\(cell.hitRate)"])
        }
        return table
    }
}
