import Logging

/// One log line before it is written: its facts in the order in which they are shown.
struct LogRecord {
    /// More fields than this are left out, so that one line cannot take the whole buffer.
    static let maximumFields = 64
    private static let maximumDepth = 8

    let time: Timestamp
    let level: Logger.Level
    let message: String
    let logger: String
    let fields: [(name: String, value: Value)]

    /// A field's value; secrets are gone already.
    indirect enum Value {
        case text(String)
        /// A finite number or a truth value, which JSON writes without quotes.
        case literal(String)
        case list([Value])
    }

    /// Flattens the metadata of the handler and of the line, the line's winning: nested fields are joined by a dot.
    init(time: Timestamp, logger: String, event: LogEvent, metadata: Logger.Metadata) {
        self.time = time
        self.logger = logger
        level = event.level
        message = event.message.description
        var merged = metadata
        if let own = event.metadata { merged.merge(own) { $1 } }
        if let error = event.error { merged["error"] = merged["error"] ?? "\(error)" }
        var fields: [(name: String, value: Value)] = []
        for (name, value) in merged.sorted(by: { $0.key < $1.key }) {
            Self.append(Self.fieldName(name), value, depth: 0, to: &fields)
        }
        self.fields = fields
    }

    /// Names that the line uses itself are taken; Hummingbird's request id is our own.
    private static func fieldName(_ name: String) -> String {
        switch name {
        case "time", "level", "message", "logger": "metadata." + name
        case "hb.request.id": "request_id"
        default: name
        }
    }

    private static func append(
        _ name: String, _ value: Logger.Metadata.Value, depth: Int, to fields: inout [(name: String, value: Value)]
    ) {
        guard fields.count < maximumFields else { return }
        if case .dictionary(let nested) = value, depth < maximumDepth, !SecretFields.isSecret(name: name) {
            for (key, value) in nested.sorted(by: { $0.key < $1.key }) {
                append(name + "." + key, value, depth: depth + 1, to: &fields)
            }
        } else if !fields.contains(where: { $0.name == name }) {
            fields.append((name, SecretFields.isSecret(name: name) ? .text(SecretFields.replacement) : plain(value, depth: depth)))
        }
    }

    private static func plain(_ value: Logger.Metadata.Value, depth: Int) -> Value {
        switch value {
        case .string(let text): .text(redacted(text))
        case .stringConvertible(let value as any BinaryInteger): .literal("\(value)")
        case .stringConvertible(let value as Bool): .literal("\(value)")
        case .stringConvertible(let value as Double) where value.isFinite: .literal("\(value)")
        case .stringConvertible(let value): .text(redacted(value.description))
        case .dictionary(let nested) where depth < maximumDepth:
            .list(
                nested.sorted { $0.key < $1.key }.prefix(maximumFields).map { key, value in
                    .list([.text(key), SecretFields.isSecret(name: key) ? .text(SecretFields.replacement) : plain(value, depth: depth + 1)])
                })
        case .array(let values) where depth < maximumDepth:
            .list(values.prefix(maximumFields).map { plain($0, depth: depth + 1) })
        case .dictionary, .array: .text("…")
        }
    }

    private static func redacted(_ text: String) -> String {
        SecretFields.isSecret(value: text) ? SecretFields.replacement : text
    }
}
