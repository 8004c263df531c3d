/// A JSON value that is told in pieces, as the deltas of a stream tell it.
///
/// It grows in place: a text of ten thousand pieces is not copied ten thousand times. Each kind has a property of its own for that, since
/// the contents of an enum cannot be changed where they are.
struct GrowingValue: Sendable {
    private enum Kind {
        case plain
        case text
        case list
        case numbered
        case object
    }

    private struct Item: Sendable {
        let number: Int64?
        var value: GrowingValue

        init(_ tree: JSONTree) {
            number = tree["index"]?.integer
            value = GrowingValue(tree)
        }
    }

    private struct Member: Sendable {
        let name: String
        var value: GrowingValue
    }

    /// Members that are said once, or repeated; some providers repeat them as empty texts.
    private static let saidOnce: Set<String> = ["role", "id", "type", "index", "format", "encoding"]
    /// Members that come in one piece, in several, or as a whole with every piece; a part of one never says the same as all before it.
    private static let repeatedAsWhole: Set<String> = ["signature"]

    private var kind = Kind.plain
    private var plain = JSONTree.null
    private var text = ""
    private var list: [JSONTree] = []
    private var numbered: [Item] = []
    private var members: [Member] = []
    private var hasLost = false

    /// Nothing yet.
    init() {}

    init(_ tree: JSONTree) {
        add(tree)
    }

    /// Texts are continued, lists grow or, where their items are numbered, grow item by item; anything else is replaced.
    mutating func add(_ piece: JSONTree) {
        // Some providers end a list of parts with an empty text; it takes nothing back.
        guard isEmpty || !Self.isEmpty(piece) else { return }
        switch piece {
        case .null: break
        case .bool, .number:
            become(.plain)
            plain = piece
        case .string(let more):
            become(.text)
            text += more
        case .array(let more):
            become(kind == .numbered ? .numbered : .list)
            extend(by: more)
        case .object(let more):
            become(.object)
            for member in more { add(member) }
        }
    }

    /// What has been said so far; null before anything has.
    var tree: JSONTree {
        switch kind {
        case .plain: plain
        case .text: .string(text)
        case .list: .array(list)
        case .numbered: .array(numbered.map(\.value.tree))
        case .object: .object(members.map { JSONTree.Member($0.name, $0.value.tree) })
        }
    }

    /// Whether nothing that was said is missing. What is continued as another kind of value, as a list of parts by a text, begins anew.
    var isFaithful: Bool {
        !hasLost && numbered.allSatisfy(\.value.isFaithful) && members.allSatisfy(\.value.isFaithful)
    }

    /// Whether another kind of value may take its place without loss; single values are replaced anyway.
    private var isEmpty: Bool {
        switch kind {
        case .plain: true
        case .text: text.isEmpty
        case .list: list.isEmpty
        case .numbered: numbered.isEmpty
        case .object: members.isEmpty
        }
    }

    private static func isEmpty(_ piece: JSONTree) -> Bool {
        switch piece {
        case .null: true
        case .bool, .number: false
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        }
    }

    private mutating func become(_ next: Kind) {
        guard kind != next else { return }
        let hasLostAny = hasLost || !isEmpty
        self = GrowingValue()
        kind = next
        hasLost = hasLostAny
    }

    private mutating func extend(by more: [JSONTree]) {
        let isNumbered = more.contains { $0["index"]?.integer != nil }
        if isNumbered, kind == .list {
            numbered = list.map { Item($0) }
            list = []
            kind = .numbered
        }
        guard kind == .numbered else {
            list += more
            return
        }
        for item in more {
            if isNumbered { join(item) } else { numbered.append(Item(item)) }
        }
    }

    private mutating func join(_ item: JSONTree) {
        let number = item["index"]?.integer
        // Pieces mostly continue the item that came last.
        guard let place = numbered.lastIndex(where: { $0.number == number }) else { return numbered.append(Item(item)) }
        numbered[place].value.add(item)
    }

    private mutating func add(_ member: JSONTree.Member) {
        guard let place = members.firstIndex(where: { $0.name == member.name }) else {
            return members.append(Member(name: member.name, value: GrowingValue(member.value)))
        }
        guard Self.saidOnce.contains(member.name) else {
            if Self.repeatedAsWhole.contains(member.name), member.value == members[place].value.tree { return }
            return members[place].value.add(member.value)
        }
        if member.value != .null && member.value != .string("") { members[place].value = GrowingValue(member.value) }
    }
}
