package import HearthDrivers
package import HearthScheduling

extension PostgresConnection {
    /// Ends the transaction unless a claim is still valid; call it first in every transaction in which a job changes data.
    ///
    /// The share lock makes the answer last: whoever takes the job over raises the fence, and so waits for the end of this transaction or
    /// comes before it, never in between. Nil, for changes outside a job, is always valid.
    package func require(_ fence: JobFence?) throws {
        guard let fence else { return }
        let rows = try query(
            "SELECT 1 FROM job_fence WHERE job = $1 AND fence = $2 FOR SHARE", [.text(fence.job), .integer(fence.number)])
        guard !rows.isEmpty else { throw FenceRejection(fence: fence) }
    }
}
