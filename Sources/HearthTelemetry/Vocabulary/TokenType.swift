/// What tokens were bought for; the `gen_ai_token_type` label of the OpenTelemetry conventions.
package enum TokenType: Int, MetricLabel {
    case input
    case output

    package static let labelValues = ["input", "output"]
}
