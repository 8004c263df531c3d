/// Which node of a cluster holds which slot.
struct RedisSlotMap: Sendable {
    struct Node: Hashable, Sendable, CustomStringConvertible {
        var host: String
        var port: Int

        var description: String { "\(host):\(port)" }
    }

    private(set) var nodes: [Node] = []
    /// For each slot an index of `nodes`, or -1.
    private var owners = Array(repeating: Int32(-1), count: RedisSlot.count)

    subscript(slot: Int) -> Node? {
        let owner = owners[slot]
        return owner < 0 ? nil : nodes[Int(owner)]
    }

    mutating func assign(_ slots: ClosedRange<Int>, to node: Node) {
        let index = nodes.firstIndex(of: node) ?? nodes.count
        if index == nodes.count { nodes.append(node) }
        for slot in slots { owners[slot] = Int32(index) }
    }

    /// Reads the reply of `CLUSTER SLOTS`: first slot, last slot, master, replicas.
    ///
    /// - Parameter host: stands for a node that does not know its own address.
    init?(reply: RedisValue, askedHost host: String) {
        guard let ranges = reply.items else { return nil }
        for range in ranges {
            guard let parts = range.items, parts.count >= 3, let first = parts[0].integer, let last = parts[1].integer, first <= last,
                first >= 0, last < Int64(RedisSlot.count), let master = parts[2].items, master.count >= 2, let port = master[1].integer
            else { return nil }
            let name = master[0].text ?? ""
            assign(Int(first)...Int(last), to: Node(host: name.isEmpty ? host : name, port: Int(port)))
        }
    }

    init() {}
}
