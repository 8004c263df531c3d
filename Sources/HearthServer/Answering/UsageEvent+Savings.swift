import HearthCache
import HearthTelemetry

extension UsageEvent {
    /// Notes what serving a kept answer spared: its price, tokens and time are those of the call that made it.
    mutating func addSavings(of answer: CachedAnswer, age: Duration) {
        entryAge = age
        savedMicroDollars = answer.costMicroDollars
        savedUpstreamDuration = answer.upstreamDuration
        savedInputTokens = Int(clamping: answer.inputTokens)
        savedOutputTokens = Int(clamping: answer.outputTokens)
    }
}
