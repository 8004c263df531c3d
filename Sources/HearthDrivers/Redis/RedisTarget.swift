/// A server, a cluster, or a master that sentinels know, from one URL.
///
/// `redis://[user:password@]host[:port][/db]` is one server, `redis+cluster://host:port,host:port` a cluster by some of its nodes, and
/// `redis+sentinel://host:port,host:port/NAME[/db]` the master of that name. `rediss…` asks for TLS.
package struct RedisTarget: Sendable, Equatable, CustomStringConvertible {
    package enum Topology: Sendable, Equatable {
        case single
        case cluster
        case sentinel(master: String)
    }

    package static let schemes = ["redis", "rediss", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel"]

    package let topology: Topology
    /// The server, some nodes of the cluster, or the sentinels; login and database are those of the server or the nodes.
    package let addresses: [RedisAddress]

    /// - Throws: ``StoreProbeError`` of kind `address`; the text does not repeat the address, because it may hold a password.
    package init(url: String) throws(StoreProbeError) {
        func fault(_ cause: String) -> StoreProbeError {
            StoreProbeError(kind: .address, store: "Redis", address: "", cause: cause)
        }
        let parts = url.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//"), Self.schemes.contains(parts[0].lowercased()) else {
            throw fault("it begins with none of \(Self.schemes.map { $0 + "://" }.joined(separator: ", "))")
        }
        let words = parts[0].lowercased().split(separator: "+")
        let rest = parts[1].dropFirst(2)
        guard words.count == 2 else {
            topology = .single
            addresses = [try RedisAddress(url: url)]
            return
        }
        let hostsStart = rest.lastIndex(of: "@").map { rest.index(after: $0) } ?? rest.startIndex
        let login = rest[..<hostsStart]
        var path = rest[hostsStart...].split(separator: "/", omittingEmptySubsequences: false)[...]
        let hosts = (path.popFirst() ?? "").split(separator: ",")
        guard !hosts.isEmpty else { throw fault("it names no host") }
        var database = ""
        if words[1] == "sentinel" {
            guard let name = path.popFirst(), !name.isEmpty else { throw fault("the master's name is missing: …/NAME") }
            topology = .sentinel(master: String(name))
            database = path.popFirst().map(String.init) ?? ""
        } else {
            topology = .cluster
        }
        guard path.allSatisfy(\.isEmpty) else {
            throw fault(topology == .cluster ? "a cluster has no database numbers" : "there is more behind the database number")
        }
        addresses = try hosts.map { (host) throws(StoreProbeError) in
            try RedisAddress(url: "\(words[0])://\(login)\(host)/\(database)")
        }
    }

    /// The address without user and password.
    package var description: String {
        switch topology {
        case .single: addresses.first?.description ?? ""
        case .cluster: "cluster \(addresses.map(\.description).joined(separator: ", "))"
        case .sentinel(let master): "\(master) by sentinels \(addresses.map(\.description).joined(separator: ", "))"
        }
    }
}
