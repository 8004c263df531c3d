import HearthDrivers
import HearthTelemetry
import HearthUpstream
import Tracing

/// An answer of the provider as far as a span tells of it.
protocol DescribedAnswer {
    var reportedModel: String? { get }
    var describedFinishReason: String? { get }
    var usage: ProviderUsage? { get }
}

extension ProviderAnswer: DescribedAnswer {
    var describedFinishReason: String? { finishReason }
}

extension ForwardedAnswer: DescribedAnswer {
    var reportedModel: String? { completion["model"]?.string }
    var describedFinishReason: String? { finishReason }
}

extension EmbeddingReply: DescribedAnswer {
    var reportedModel: String? { model }
    var describedFinishReason: String? { nil }
}

/// The span of a call to the provider, waiting and retries included; its id is what the provider gets as the parent.
struct ProviderSpan: Sendable {
    /// Nil where traces are off; the caller's trace is continued then too.
    let tracer: HearthTracer?
    let provider: String
    let baseURL: String

    /// - Parameter parent: the trace that the call belongs to, where no span is under way in this task.
    func around<Answer: DescribedAnswer>(
        _ operation: UpstreamOperation, _ model: String, below parent: TraceContext?,
        _ call: (TraceContext?) async throws(UpstreamError) -> Answer
    ) async throws(UpstreamError) -> Answer {
        let begun = begin(operation, model, below: parent)
        do throws(UpstreamError) {
            let answer = try await call(begun.trace)
            begun.end(answer)
            return answer
        } catch {
            begun.fail(error)
            throw error
        }
    }

    /// A span under way; whoever began it ends it.
    struct Begun: Sendable {
        fileprivate let span: HearthSpan?
        /// For the provider.
        let trace: TraceContext?

        func end(_ answer: some DescribedAnswer) {
            guard let span else { return }
            ProviderSpan.note(answer, on: span)
            span.finish()
        }

        func fail(_ error: UpstreamError) {
            span?.fail(error.errorType)
            span?.finish()
        }
    }

    func begin(_ operation: UpstreamOperation, _ model: String, below parent: TraceContext?) -> Begun {
        guard let tracer else { return Begun(span: nil, trace: parent?.child()) }
        let span = tracer.start("\(operation.rawValue) \(Self.modelName(model) ?? "other")", below: parent, kind: .client)
        describe(span, operation, model)
        return Begun(span: span, trace: span.trace)
    }

    private func describe(_ span: HearthSpan, _ operation: UpstreamOperation, _ model: String) {
        guard span.isRecording else { return }
        span.set(TraceAttribute.operation, .string(operation.rawValue))
        span.set(TraceAttribute.provider, .string(provider))
        span.set(TraceAttribute.requestModel, Self.modelName(model).map { .string($0) })
        let url = ServiceURL(baseURL)
        span.set(TraceAttribute.serverAddress, url.map { .string($0.host) })
        span.set(TraceAttribute.serverPort, url.map { .int(Int64($0.port ?? ($0.scheme == "http" ? 80 : 443))) })
    }

    private static func note(_ answer: some DescribedAnswer, on span: HearthSpan) {
        guard span.isRecording else { return }
        span.set(TraceAttribute.responseModel, answer.reportedModel.flatMap(modelName).map { .string($0) })
        span.set(TraceAttribute.finishReasons, answer.describedFinishReason.map { .stringArray([finishReason($0)]) })
        span.set(TraceAttribute.inputTokens, answer.usage.map { .int(Int64($0.inputTokens)) })
        span.set(TraceAttribute.outputTokens, answer.usage.map { .int(Int64($0.outputTokens)) })
    }

    /// The words that providers have; what else one may write is not passed on.
    private static func finishReason(_ text: String) -> String {
        ["stop", "length", "content_filter", "tool_calls", "function_call", "unknown"].contains(text) ? text : "other"
    }

    /// The provider's word for the model, if it looks like one.
    private static func modelName(_ text: String) -> String? {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-._:/@".utf8.contains(byte)
            }
        }
        return isName && text.utf8.count <= 64 ? text : nil
    }
}
