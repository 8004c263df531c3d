import GRDB

/// Forwards everything to the file that is open now, so that stores keep what they were given.
extension EmbeddedDatabase: DatabaseReader {
    var configuration: Configuration { pool.configuration }
    var path: String { pool.path }

    func close() throws { try pool.close() }
    func interrupt() { pool.interrupt() }

    @_disfavoredOverload
    func read<Value>(_ value: (Database) throws -> Value) throws -> Value { try pool.read(value) }

    func read<Value: Sendable>(_ value: @Sendable (Database) throws -> Value) async throws -> Value { try await pool.read(value) }

    func asyncRead(_ value: @escaping @Sendable (Result<Database, any Error>) -> Void) { pool.asyncRead(value) }

    @_disfavoredOverload
    func unsafeRead<Value>(_ value: (Database) throws -> Value) throws -> Value { try pool.unsafeRead(value) }

    func unsafeRead<Value: Sendable>(_ value: @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.unsafeRead(value)
    }

    func asyncUnsafeRead(_ value: @escaping @Sendable (Result<Database, any Error>) -> Void) { pool.asyncUnsafeRead(value) }

    func unsafeReentrantRead<Value>(_ value: (Database) throws -> Value) throws -> Value { try pool.unsafeReentrantRead(value) }

    func _add<Reducer: ValueReducer>(
        observation: ValueObservation<Reducer>, scheduling scheduler: some ValueObservationScheduler,
        onChange: @escaping @Sendable (Reducer.Value) -> Void
    ) -> AnyDatabaseCancellable {
        pool._add(observation: observation, scheduling: scheduler, onChange: onChange)
    }
}

extension EmbeddedDatabase: DatabaseWriter {
    @_disfavoredOverload
    func writeWithoutTransaction<Value>(_ updates: (Database) throws -> Value) rethrows -> Value {
        try pool.writeWithoutTransaction(updates)
    }

    func writeWithoutTransaction<Value: Sendable>(_ updates: @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.writeWithoutTransaction(updates)
    }

    @_disfavoredOverload
    func barrierWriteWithoutTransaction<Value>(_ updates: (Database) throws -> Value) throws -> Value {
        try pool.barrierWriteWithoutTransaction(updates)
    }

    func barrierWriteWithoutTransaction<Value: Sendable>(_ updates: @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.barrierWriteWithoutTransaction(updates)
    }

    func asyncBarrierWriteWithoutTransaction(_ updates: @escaping @Sendable (Result<Database, any Error>) -> Void) {
        pool.asyncBarrierWriteWithoutTransaction(updates)
    }

    func asyncWriteWithoutTransaction(_ updates: @escaping @Sendable (Database) -> Void) { pool.asyncWriteWithoutTransaction(updates) }

    func unsafeReentrantWrite<Value>(_ updates: (Database) throws -> Value) rethrows -> Value {
        try pool.unsafeReentrantWrite(updates)
    }

    func spawnConcurrentRead(_ value: @escaping @Sendable (Result<Database, any Error>) -> Void) { pool.spawnConcurrentRead(value) }
}
