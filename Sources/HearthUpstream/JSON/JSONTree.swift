/// A JSON value as it was written: members in their order, numbers digit by digit.
///
/// What passes through the gateway must not change: a `seed` of 2^60 as a `Double` would be another one.
package enum JSONTree: Sendable, Equatable {
    case null
    case bool(Bool)
    /// As it was written, valid by RFC 8259.
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([Member])

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONTree

        package init(_ name: String, _ value: JSONTree) {
            self.name = name
            self.value = value
        }
    }
}

extension JSONTree {
    package static func number(_ value: Int64) -> JSONTree { .number(String(value)) }

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var bool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    package var integer: Int64? {
        guard case .number(let digits) = self else { return nil }
        return Int64(digits)
    }

    package var double: Double? {
        guard case .number(let text) = self else { return nil }
        return Double(text)
    }

    package var items: [JSONTree]? {
        guard case .array(let items) = self else { return nil }
        return items
    }

    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// A member's value; nil where there is none, or `null`.
    package subscript(_ name: String) -> JSONTree? {
        get {
            guard case .object(let members) = self else { return nil }
            for member in members where member.name == name { return member.value.isNull ? nil : member.value }
            return nil
        }
        set {
            guard case .object(var members) = self else { return }
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    package func has(_ name: String) -> Bool { members?.contains { $0.name == name } == true }
}
