import Glibc
import Synchronization

/// Descriptors that are open for nothing, and given back when connections have taken all others.
///
/// Whoever is connected still needs some: for a database's files, a provider's connection. So does the runtime, which reads the state of its
/// busy threads from `/proc` once a second, and ends the process where that cannot be opened (libdispatch, `event_workqueue.c`).
package final class SpareDescriptors: Sendable {
    package static let count = 16

    private let held: Mutex<[CInt]> = Mutex([])

    package init() {}

    deinit { giveBack() }

    /// Opens what is missing.
    ///
    /// - Returns: false where there is not one more to be had besides them; then none is held.
    package func take() -> Bool {
        held.withLock { held in
            while held.count <= Self.count {
                let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else {
                    Self.close(&held)
                    return false
                }
                held.append(descriptor)
            }
            // The one more: for the connection that is accepted next.
            if let last = held.popLast() { Glibc.close(last) }
            return true
        }
    }

    package func giveBack() { held.withLock { Self.close(&$0) } }

    private static func close(_ held: inout [CInt]) {
        for descriptor in held { Glibc.close(descriptor) }
        held = []
    }
}
