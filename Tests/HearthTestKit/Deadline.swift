/// Waits for conditions that another process brings about, instead of sleeping and hoping.
///
/// The limit is for what never comes: a busy machine may take its time, and nobody waits longer than needed. A shorter one is given where
/// the design promises it.
package enum Deadline {
    package struct Passed: Error, CustomStringConvertible {
        package var description: String
    }

    /// Asks for a value every 20 ms until there is one.
    package static func value<Value>(
        _ what: String, within limit: Duration = .seconds(60), _ find: () async throws -> Value?
    ) async throws -> Value {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if let value = try await find() { return value }
            guard clock.now < end else { throw Passed(description: "\(what): not within \(limit)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    package static func until(
        _ what: String, within limit: Duration = .seconds(60), _ holds: () async throws -> Bool
    ) async throws {
        _ = try await value(what, within: limit) { try await holds() ? true : nil }
    }
}
