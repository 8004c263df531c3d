import HearthTelemetry
import Logging
import ServiceLifecycle

/// Keeps the key ring as the database has it: asks for the revision every other second, reads the keys when it has changed, and writes down
/// once a minute which of them were used.
///
/// Two seconds between two looks and three for a slow one bring a revocation to every replica within five. While the database does not
/// answer, the keys that were read last stay valid.
struct KeyRingKeeper: Service {
    let ring: KeyRing
    let store: any APIKeyStore
    let instruments: AccessInstruments
    let timeSource: any TimeSource
    let logger: Logger

    private static let pause = Duration.seconds(2)
    private static let turnsPerNote = 30

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var turn = 0
            var wasReadable = true
            while true {
                try await Task.sleep(for: Self.pause)
                turn += 1
                let isReadable = await refresh()
                if isReadable != wasReadable { tell(isReadable) }
                wasReadable = isReadable
                if turn % Self.turnsPerNote == 0, isReadable { await noteUses() }
            }
        }
        await noteUses()
    }

    /// Whether the database answered.
    @discardableResult
    func refresh() async -> Bool {
        do {
            let revision = try await store.revision()
            if revision != ring.revision { ring.replace(try await store.keys(), revision: revision) }
            instruments.keysReadAt.set(timeSource.now())
            return true
        } catch {
            logger.debug("the keys could not be read", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func noteUses() async {
        let uses = ring.unwrittenUses()
        guard !uses.isEmpty else { return }
        do {
            try await store.noteUses(uses)
            ring.usesAreWritten(uses)
        } catch {
            logger.debug("the last uses of keys could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func tell(_ isReadable: Bool) {
        if isReadable {
            logger.notice("the keys can be read again")
        } else {
            logger.warning("the keys cannot be read; those read before stay valid, and revocations wait")
        }
    }
}
