import HearthUpstream
import Synchronization

/// Whether a provider knows `stream_options`, by which Hearth asks for the usage of every stream.
///
/// Some that are compatible otherwise refuse fields that they do not know. Their streams would fail by way of Hearth only, so they are asked
/// without it from then on, and what a stream of theirs costs is not known.
final class StreamOptionsKnowledge: Sendable {
    private let unknown = Atomic(false)

    var areUnknown: Bool { unknown.load(ordering: .relaxed) }

    /// Notes a refusal that is about the field; returns whether this one is.
    func note(_ error: UpstreamError) -> Bool {
        guard error.isAboutRequest, !areUnknown, let words = error.refusal?.body,
            String(decoding: words, as: UTF8.self).contains("stream_options")
        else { return false }
        unknown.store(true, ordering: .relaxed)
        return true
    }
}
