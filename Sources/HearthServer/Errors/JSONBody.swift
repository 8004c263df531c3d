import Foundation

/// JSON as Hearth writes it: keys sorted, so that answers can be compared, and slashes as they are.
package enum JSONBody {
    /// Encodes a value whose encoding cannot fail; our own answers have no infinite numbers and no invalid strings.
    ///
    /// Were it to fail all the same, the answer is an empty object rather than a half-written one.
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Array("{}".utf8) }
        return [UInt8](data)
    }
}
