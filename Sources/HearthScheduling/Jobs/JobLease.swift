/// How long the holder of a lease may trust it.
package enum JobLease {
    /// Trust ends two seconds before the lease does, by the holder's monotonic clock; of a short lease a third before, so that a renewal, which
    /// is asked for when a third has passed, has another third for its answer.
    ///
    /// - Parameter lease: its length, from the moment at which it was asked for.
    package static func trusted(of lease: Duration) -> Duration { max(lease - .seconds(2), lease * 2 / 3) }
}
