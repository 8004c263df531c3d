package import HearthTelemetry

/// The moments at which an answer stops being fresh and stops being usable at all; absolute, never sliding.
///
/// The two windows have the meaning of `stale-while-revalidate` and `stale-if-error` in RFC 5861.
package struct Lifetime: Sendable, Equatable {
    /// Nil for answers that never expire.
    package var freshUntil: Timestamp?
    /// Until then it may be served once more while a new answer is fetched; equal to ``freshUntil`` where that is not allowed.
    package var revalidateUntil: Timestamp?
    /// Until then it may be served if the provider fails; equal to ``freshUntil`` where that is not allowed.
    package var onErrorUntil: Timestamp?

    package init(freshUntil: Timestamp?, revalidateUntil: Timestamp?, onErrorUntil: Timestamp?) {
        self.freshUntil = freshUntil
        self.revalidateUntil = revalidateUntil
        self.onErrorUntil = onErrorUntil
    }

    /// The end of the last window; nil for answers that never expire.
    package var usableUntil: Timestamp? {
        [freshUntil, revalidateUntil, onErrorUntil].compactMap(\.self).max()
    }

    package enum Phase: Sendable, Equatable {
        case fresh
        case staleWhileRevalidate
        case staleIfError
        case expired
    }

    package func phase(at now: Timestamp) -> Phase {
        guard let freshUntil else { return .fresh }
        if now < freshUntil { return .fresh }
        if let revalidateUntil, now < revalidateUntil { return .staleWhileRevalidate }
        if let onErrorUntil, now < onErrorUntil { return .staleIfError }
        return .expired
    }

    /// Whole seconds until the answer stops being fresh, negative afterwards; nil for answers that never expire.
    package func remainingSeconds(at now: Timestamp) -> Int64? {
        freshUntil.map { ($0 - now).wholeMilliseconds.flooredQuotient(by: 1000) }
    }
}
