/// Whose answers, statistics and budgets these are.
///
/// The name comes from a credential or from the operator's configuration, never from what a request says about itself.
package struct Tenant: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Of everything that is asked without a credential, and with keys that name no other.
    package static let standard = Tenant(unchecked: "default")

    /// What is counted of tenants without being told apart, because too many were there at once; no credential can have it.
    package static let others = Tenant(unchecked: "(others)")

    package static let maximumLength = 64

    /// 1 to 64 of `a-z`, `0-9`, `.`, `_` and `-`, the first a letter or a digit.
    package let name: String

    /// Nil for a name of another form.
    package init?(_ name: String) {
        guard let first = name.utf8.first, Self.isAlphanumeric(first), name.utf8.count <= Self.maximumLength,
            name.utf8.allSatisfy({ Self.isAlphanumeric($0) || ".-_".utf8.contains($0) })
        else { return nil }
        self.name = name
    }

    private init(unchecked name: String) { self.name = name }

    /// Reads what a store has written; nil for anything else.
    package init?(stored name: String) {
        if name == Self.others.name { self = .others } else { self.init(name) }
    }

    package var description: String { name }

    package static func < (left: Tenant, right: Tenant) -> Bool { left.name < right.name }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
