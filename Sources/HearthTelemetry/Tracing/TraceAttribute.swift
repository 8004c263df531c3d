/// Every attribute that Hearth gives to its spans.
///
/// Names follow OpenTelemetry's semantic conventions where they have one. A value is a closed word, a number, or a name from the
/// configuration: no question, no answer, no prompt, no key and nothing about a customer. Paths are left out too, since a caller may
/// write anything into them; the route's template says enough.
package enum TraceAttribute {
    package static let errorType = "error.type"
    package static let exceptionType = "exception.type"

    package static let requestMethod = "http.request.method"
    package static let route = "http.route"
    package static let responseStatus = "http.response.status_code"
    package static let scheme = "url.scheme"

    package static let operation = "gen_ai.operation.name"
    package static let provider = "gen_ai.provider.name"
    package static let requestModel = "gen_ai.request.model"
    package static let responseModel = "gen_ai.response.model"
    package static let finishReasons = "gen_ai.response.finish_reasons"
    package static let inputTokens = "gen_ai.usage.input_tokens"
    package static let outputTokens = "gen_ai.usage.output_tokens"
    package static let serverAddress = "server.address"
    package static let serverPort = "server.port"

    package static let cacheResult = "hearth.cache.result"
    package static let cacheSource = "hearth.cache.source"
    package static let cacheMissReason = "hearth.cache.miss_reason"

    package static let jobName = "hearth.job.name"
    package static let jobTrigger = "hearth.job.trigger"
    package static let jobAttempt = "hearth.job.attempt"
    package static let runID = "hearth.job.run_id"

    package static let all: Set<String> = [
        errorType, exceptionType, requestMethod, route, responseStatus, scheme, operation, provider, requestModel, responseModel,
        finishReasons, inputTokens, outputTokens, serverAddress, serverPort, cacheResult, cacheSource, cacheMissReason, jobName,
        jobTrigger, jobAttempt, runID,
    ]
}
