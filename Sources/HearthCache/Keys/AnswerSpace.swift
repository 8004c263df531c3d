package import HearthTelemetry

/// Whose answers: those of one tenant, or those that several tenants share by the operator's choice.
///
/// It is the first part of every canonical form, and so of every key: the same question in two spaces is two questions.
package struct AnswerSpace: Hashable, Sendable, CustomStringConvertible {
    /// That of ``Tenant/standard``, and of everything that was kept before there were tenants.
    package static let standard = AnswerSpace(Tenant.standard)

    private static let sharedPrefix = "shared:"

    /// A tenant's name, or `shared:` and the name of a shared namespace; no tenant's name has a colon.
    package let name: String

    package init(_ tenant: Tenant) {
        name = tenant.name
    }

    /// - Parameter namespace: a name of the same form as a tenant's
    package init(shared namespace: Tenant) {
        name = Self.sharedPrefix + namespace.name
    }

    /// Reads what ``name`` wrote; nil for anything else.
    package init?(name: String) {
        let own = name.hasPrefix(Self.sharedPrefix) ? String(name.dropFirst(Self.sharedPrefix.count)) : name
        guard Tenant(own) != nil else { return nil }
        self.name = name
    }

    /// Whose it is alone; nil for one that is shared.
    package var tenant: Tenant? { isShared ? nil : Tenant(name) }

    package var isShared: Bool { name.hasPrefix(Self.sharedPrefix) }

    package var description: String { name }

    // MARK: In canonical forms

    /// What the canonical form begins with.
    ///
    /// The standard space is the bare namespace, as it was before there were tenants, so that what was kept then is still found. Settings
    /// have no NUL, so that no namespace looks like a space of another one.
    package func label(in namespace: String) -> String {
        self == .standard ? namespace : namespace + "\0" + name
    }

    /// The space of a form that begins with this scope.
    init(scope: [UInt8]) {
        self = Self.named(in: scope) ?? .standard
    }

    private static func named(in scope: [UInt8]) -> AnswerSpace? {
        guard scope.count > 8 else { return nil }
        let length = scope[..<8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(scope.count - 8) else { return nil }
        let label = scope[8..<(8 + Int(length))]
        guard let end = label.lastIndex(of: 0) else { return nil }
        return AnswerSpace(name: String(decoding: label[(end + 1)...], as: UTF8.self))
    }
}
