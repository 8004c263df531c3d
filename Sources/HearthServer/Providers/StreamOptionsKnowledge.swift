import HearthUpstream
import Synchronization

/// Whether a provider knows `stream_options`, by which Hearth asks for the usage of every stream.
///
/// Some that are compatible otherwise refuse fields that they do not know. Their streams would fail by way of Hearth only, so they are asked
/// without it from then on, and what a stream of theirs costs is not known.
final class StreamOptionsKnowledge: Sendable {
    private let unknown = Atomic(false)

    var areUnknown: Bool { unknown.load(ordering: .relaxed) }

    /// The provider has taken without the field what it had refused with it.
    func noteUnknown() { unknown.store(true, ordering: .relaxed) }

    /// Whether a refusal may be about the field; some providers repeat the whole request in their words.
    static func mayBeCause(of error: UpstreamError) -> Bool {
        guard error.isAboutRequest, let words = error.refusal?.body else { return false }
        return String(decoding: words, as: UTF8.self).contains("stream_options")
    }
}
