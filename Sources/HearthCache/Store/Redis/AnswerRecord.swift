import Crypto
import Foundation
import HearthTelemetry

/// A kept answer as bytes, as Redis holds it.
///
/// The first byte is the version, eight bytes of SHA-256 over what follows come next: a record that was damaged, cut or put under another
/// key is not read. Numbers are big-endian; texts and bytes carry their length in four bytes. What changes after the writing (hits, last
/// use, votes) is not part of it.
enum AnswerRecord {
    static let version: UInt8 = 1
    /// A record with the provider's whole answer at its end. A replica of an older version takes it for damaged and asks anew.
    static let versionWithCompletion: UInt8 = 2

    private static let checksumBytes = 8

    static func encode(_ answer: CachedAnswer) -> [UInt8] {
        var writer = RecordWriter(capacity: answer.sizeBytes + 128)
        writer.append(answer.key.description)
        writer.append(answer.form.scope)
        writer.append(answer.form.text)
        writer.append(answer.query)
        writer.append(answer.normalizedQuery)
        writer.append(answer.category.rawValue)
        writer.append(answer.text)
        writer.append(UInt64(answer.confidence.bitPattern))
        writer.append(answer.confidenceMethod)
        writer.append(answer.model)
        writer.append(answer.isSimulated ? 1 : 0)
        for number in [answer.costMicroDollars, answer.inputTokens, answer.outputTokens, answer.upstreamDuration.wholeMilliseconds] {
            writer.append(UInt64(bitPattern: number))
        }
        writer.append(UInt64(bitPattern: answer.storedAt.milliseconds))
        for moment in [answer.lifetime.freshUntil, answer.lifetime.revalidateUntil, answer.lifetime.onErrorUntil] {
            writer.append(UInt64(bitPattern: moment?.milliseconds ?? .max))
        }
        writer.append(UInt64(bitPattern: answer.generation))
        writer.append(answer.tags.joined(separator: "\n"))
        writer.append(answer.metadata)
        if let completion = answer.completion { writer.append(completion) }
        return [answer.completion == nil ? version : versionWithCompletion] + checksum(writer.bytes) + writer.bytes
    }

    /// Nil for anything but a whole record of the key.
    static func decode(_ bytes: [UInt8], key: CacheKey) -> CachedAnswer? {
        guard bytes.count > 1 + checksumBytes, bytes[0] == version || bytes[0] == versionWithCompletion else { return nil }
        let body = bytes[(1 + checksumBytes)...]
        guard bytes[1..<(1 + checksumBytes)].elementsEqual(checksum(body)) else { return nil }
        var reader = RecordReader(body)
        guard reader.text() == key.description, let scope = reader.bytes(), let text = reader.bytes(), let query = reader.optionalText(),
            let normalized = reader.text(), let category = reader.text().flatMap({ ResponseCategory(rawValue: $0) }),
            let response = reader.text(), let confidence = reader.number(), let method = reader.text(), let model = reader.text(),
            let isSimulated = reader.number(), let cost = reader.number(), let input = reader.number(), let output = reader.number(),
            let upstream = reader.number(), let storedAt = reader.number(), let fresh = reader.moment(), let revalidate = reader.moment(),
            let onError = reader.moment(), let generation = reader.number(), let tags = reader.text(), let metadata = reader.optionalText()
        else { return nil }
        var answer = CachedAnswer(
            key: key, form: CanonicalForm(scope: scope, text: text), query: query, normalizedQuery: normalized, category: category,
            text: response, confidence: Double(bitPattern: UInt64(bitPattern: confidence)), confidenceMethod: method, model: model,
            isSimulated: isSimulated != 0, costMicroDollars: cost, inputTokens: input, outputTokens: output,
            upstreamDuration: .milliseconds(upstream), storedAt: Timestamp(milliseconds: storedAt),
            lifetime: Lifetime(freshUntil: fresh, revalidateUntil: revalidate, onErrorUntil: onError))
        answer.generation = generation
        answer.tags = tags.isEmpty ? [] : tags.split(separator: "\n").map(String.init)
        answer.metadata = metadata
        guard bytes[0] == versionWithCompletion else { return answer }
        guard let completion = reader.bytes() else { return nil }
        answer.completion = completion
        return answer
    }

    private static func checksum(_ bytes: some DataProtocol) -> some Sequence<UInt8> {
        var hash = SHA256()
        hash.update(data: bytes)
        return hash.finalize().prefix(checksumBytes)
    }
}

/// Appends numbers and counted bytes.
private struct RecordWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    mutating func append(_ part: [UInt8]) {
        let count = UInt32(truncatingIfNeeded: part.count)
        for shift in stride(from: UInt32(24), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
        bytes.append(contentsOf: part)
    }

    mutating func append(_ text: String) { append(Array(text.utf8)) }

    /// A text that may be missing: a byte that says so stands in front.
    mutating func append(_ text: String?) {
        bytes.append(text == nil ? 0 : 1)
        if let text { append(text) }
    }
}

/// Takes apart what ``RecordWriter`` wrote; nil at the first thing that does not fit.
private struct RecordReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func number() -> Int64? {
        guard rest.count >= 8 else { return nil }
        defer { rest = rest.dropFirst(8) }
        return Int64(bitPattern: rest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Outer nil: cut short; inner nil: never.
    mutating func moment() -> Timestamp?? {
        number().map { $0 == .max ? nil : Timestamp(milliseconds: $0) }
    }

    mutating func bytes() -> [UInt8]? { counted().map { Array($0) } }

    private mutating func counted() -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let count = Int(rest.prefix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) })
        guard rest.count - 4 >= count else { return nil }
        let start = rest.startIndex + 4
        defer { rest = rest[(start + count)...] }
        return rest[start..<(start + count)]
    }

    mutating func text() -> String? {
        counted().map { String(decoding: $0, as: UTF8.self) }
    }

    mutating func optionalText() -> String?? {
        guard let flag = rest.popFirst() else { return nil }
        guard flag == 1 else { return .some(nil) }
        return text().map { .some($0) }
    }
}
