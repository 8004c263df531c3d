/// Answers as the service gives them, for the OpenAPI document and the reference.
enum Examples {
    static let key = "en:3f2ab8a8c5b6b0b1b9a8e6a0a4f9c0d1e2f3a4b5c6d7e8f90123456789abcdef"
    static let runID = "0198f3a2-7b1c-7d4e-8f90-123456789abc"

    static let answer: DocumentValue = [
        "response": "Yes, we sell gift cards at the front desk and online.",
        "cached": true,
        "responseTime": 0.213,
        "cacheKey": .text(key),
        "confidence": 0.93,
        "language": "en",
        "category": "general",
        "source": "memory",
        "metadata": [
            "model": "gpt-4o-mini", "simulated": false, "confidenceMethod": "logprobs", "storedAt": "2026-11-22T17:30:59.120Z",
            "expiresAt": "2026-11-23T17:58:10.000Z", "cost": 0, "saved": 0.002,
        ],
    ]

    static let intent: DocumentValue = [
        "intent": "book_appointment", "category": "booking", "language": "en", "confidence": 0.92,
        "entities": [["type": "service", "value": "haircut"], ["type": "date", "value": "Friday"], ["type": "time", "value": "10"]],
        "cached": true, "cacheKey": .text(key), "source": "memory", "responseTime": 0.318,
        "metadata": [
            "model": "gpt-4o-mini", "simulated": false, "confidenceMethod": "stated", "storedAt": "2026-11-22T17:30:59.120Z",
            "expiresAt": "2026-11-22T18:30:10.000Z", "cost": 0, "saved": 0.002,
        ],
    ]

    static let entry: DocumentValue = [
        "cacheKey": .text(key), "query": "Do you sell gift cards?", "normalizedQuery": "do you sell gift cards", "language": "en",
        "category": "services", "response": "Yes, we sell gift cards at the front desk and online.", "confidence": 0.93,
        "judgedConfidence": 0.93, "confidenceMethod": "logprobs", "votes": ["helpful": 0, "unhelpful": 0], "model": "gpt-4o-mini",
        "simulated": false, "tags": [], "state": "fresh", "storedAt": "2026-11-22T17:30:59.120Z",
        "expiresAt": "2026-12-22T16:58:10.000Z", "usableUntil": "2026-12-25T16:58:10.000Z", "hits": 12,
        "lastAccessedAt": "2026-11-22T17:31:03.511Z", "sizeBytes": 812, "savesPerHit": 0.002,
    ]

    static let chatCompletion: DocumentValue = [
        "id": "chatcmpl-9f2c7a51", "object": "chat.completion", "created": 1_795_368_664, "model": "gpt-4o-mini-2024-07-18",
        "choices": [
            [
                "index": 0, "message": ["role": "assistant", "content": "Yes, we sell gift cards at the front desk and online."],
                "finish_reason": "stop",
            ]
        ],
        "usage": ["prompt_tokens": 14, "completion_tokens": 12, "total_tokens": 26], "system_fingerprint": "fp_0aa8d3e20b",
    ]

    static let model: DocumentValue = ["id": "gpt-4o-mini", "object": "model", "created": 1_721_172_741, "owned_by": "system"]

    static let error: DocumentValue = [
        "error": "invalid_request",
        "message": "The request has a faulty field: query must not be empty.",
        "timestamp": "2026-11-22T17:31:04.000Z",
        "requestId": "01J9ZK3M8T",
        "details": [["field": "query", "problem": "must not be empty"]],
    ]

    static let cacheHealth: DocumentValue = [
        "status": "healthy",
        "redis": ["connected": false],
        "database": ["connected": true, "latency": 0.31],
        "cacheMetrics": [
            "totalEntries": 212, "totalSize": 163_840, "oldestEntry": "2026-11-20T02:30:00.410Z", "newestEntry": "2026-11-22T17:30:59.120Z",
        ],
    ]

    private static let metrics: DocumentValue = [
        "totalRequests": 100, "cacheHits": 90, "cacheMisses": 10, "hitRate": 90.0, "failedRequests": 0, "estimatedCostSavings": 0.18,
        "aiApiCallsCost": 0.02, "totalCostWithoutCache": 0.2, "avgCacheResponseTime": 0.21, "avgAiResponseTime": 203.4,
        "p50CacheResponseTime": 0.19, "p95CacheResponseTime": 0.42, "p99CacheResponseTime": 0.63,
    ]
    private static let nothing: DocumentValue = [
        "totalRequests": 0, "cacheHits": 0, "cacheMisses": 0, "hitRate": 0, "failedRequests": 0, "estimatedCostSavings": 0,
        "aiApiCallsCost": 0,
        "totalCostWithoutCache": 0, "avgCacheResponseTime": 0, "avgAiResponseTime": 0, "p50CacheResponseTime": 0, "p95CacheResponseTime": 0,
        "p99CacheResponseTime": 0,
    ]
    private static let savings: DocumentValue = ["avoided": 0.18, "warming": 0.02, "refresh": 0, "shadow": 0, "net": 0.16]
    private static let noSavings: DocumentValue = ["avoided": 0, "warming": 0, "refresh": 0, "shadow": 0, "net": 0]
    private static let byResult = each(APISchema.results, ["hit": 90, "miss": 10], otherwise: 0)
    private static let missReasons = each(APISchema.missReasons, ["never_stored": 10], otherwise: 0)

    static let topQueries: DocumentValue = [
        "queries": [
            [
                "query": "What are your hours?", "normalizedQuery": "what are your hours", "language": "en", "category": "hours",
                "tenant": "default", "hitCount": 90, "missCount": 1, "missReason": "never_stored",
                "firstAccessed": "2026-11-22T09:00:12.000Z",
                "lastAccessed": "2026-11-22T17:31:02.000Z", "confidenceScore": 0.94, "costSavings": 0.18, "cost": 0.002,
            ]
        ],
        "uncounted": 0,
    ]

    static let statistics: DocumentValue = [
        "period": "daily",
        "startDate": "2026-11-22T00:00:00.000Z",
        "endDate": "2026-11-23T00:00:00.000Z",
        "generatedAt": "2026-11-22T17:31:04.000Z",
        "completeThrough": "2026-11-22T17:31:04.000Z",
        "replicas": ["reporting": 1, "known": 1],
        "metrics": metrics,
        "languageBreakdown": each(
            APISchema.languages, ["en": ["requests": 100, "hits": 90, "hitRate": 90.0, "estimatedCostSavings": 0.18]],
            otherwise: ["requests": 0, "hits": 0, "hitRate": 0, "estimatedCostSavings": 0]),
        "categoryBreakdown": each(
            APISchema.categories,
            ["hours": ["requests": 100, "hits": 90, "hitRate": 90.0, "avgResponseTime": 20.5, "estimatedCostSavings": 0.18]],
            otherwise: ["requests": 0, "hits": 0, "hitRate": 0, "avgResponseTime": 0, "estimatedCostSavings": 0]),
        "byResult": byResult,
        "latencyByResult": each(
            APISchema.results,
            [
                "hit": ["average": 0.21, "p50": 0.19, "p95": 0.42, "p99": 0.63],
                "miss": ["average": 203.9, "p50": 203.1, "p95": 209.8, "p99": 211.0],
            ], otherwise: ["average": 0, "p50": 0, "p95": 0, "p99": 0]),
        "missReasons": missReasons,
        "sharedMisses": 2,
        "grid": [["language": "en", "category": "hours", "requests": 100, "hits": 90, "hitRate": 90.0]],
        "savings": savings,
        "previous": [
            "startDate": "2026-11-21T00:00:00.000Z", "endDate": "2026-11-22T00:00:00.000Z", "complete": true, "metrics": nothing,
            "savings": noSavings,
        ],
        "series": [
            [
                "startDate": "2026-11-22T00:00:00.000Z", "endDate": "2026-11-23T00:00:00.000Z", "complete": false, "metrics": metrics,
                "byResult": byResult, "missReasons": missReasons, "sharedMisses": 2, "savings": savings,
            ]
        ],
    ]

    private static func each(_ names: [String], _ known: [String: DocumentValue], otherwise: DocumentValue) -> DocumentValue {
        .members(names.map { ($0, known[$0] ?? otherwise) })
    }
}
