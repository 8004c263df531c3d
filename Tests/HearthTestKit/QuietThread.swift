import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Long computations of tests, on threads of their own with little priority: on the threads that Swift's tasks share they would hold up
/// tests that run beside them and watch the clock.
package enum QuietThread {
    package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                // 0 is the calling thread; nothing depends on the outcome.
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                continuation.resume(with: Result { try body() })
            }
        }
    }
}
