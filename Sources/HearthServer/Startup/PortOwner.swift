import Foundation
import HearthTelemetry

/// The process that listens on a port, as far as this user may see it.
package struct PortOwner: Sendable, Equatable, CustomStringConvertible {
    package var name: String?
    package var pid: Int32?

    package var description: String {
        switch (name, pid) {
        case (let name?, let pid?): "\(name) (pid \(pid))"
        case (nil, let pid?): "pid \(pid)"
        default: "a process of another user"
        }
    }
}

/// Who listens where on this machine, read from `/proc`; on systems without it nobody is found.
package enum ListeningPorts {
    /// One socket that waits for connections.
    struct Socket: Equatable {
        /// Raw bytes in network order, 4 or 16.
        var address: [UInt8]
        var port: Int
        var inode: String
    }

    /// The owner of a socket that would keep this process from listening, or nil if the port is free.
    package static func owner(host: String, port: Int) -> PortOwner? {
        guard port > 0 else { return nil }
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap { Procfs.text($0, maximumBytes: 16 << 20) }
        let sockets = tables.flatMap(parse)
        guard let socket = sockets.first(where: { $0.port == port && conflicts($0.address, host: host) }) else { return nil }
        return process(holding: socket.inode)
    }

    /// The listening sockets of a `/proc/net/tcp` table: one line each, state `0A`, addresses as little-endian words in hex.
    static func parse(_ table: String) -> [Socket] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: " ")
            guard columns.count > 9, columns[3] == "0A" else { return nil }
            let local = columns[1].split(separator: ":")
            guard local.count == 2, let port = Int(local[1], radix: 16), let address = bytes(local[0]) else { return nil }
            return Socket(address: address, port: port, inode: String(columns[9]))
        }
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        guard hex.count == 8 || hex.count == 32 else { return nil }
        let digits = Array(hex)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        guard bytes.count * 2 == digits.count else { return nil }
        return stride(from: 0, to: bytes.count, by: 4).flatMap { bytes[$0..<$0 + 4].reversed() }
    }

    /// A socket is in the way if either side listens on every address or both on the same.
    static func conflicts(_ address: [UInt8], host: String) -> Bool {
        let isAny = address.allSatisfy { $0 == 0 }
        switch host {
        case "0.0.0.0", "::", "": return true
        case "localhost": return isAny || address == [127, 0, 0, 1] || address == [UInt8](repeating: 0, count: 15) + [1]
        case "::1": return isAny && address.count == 16 || address == [UInt8](repeating: 0, count: 15) + [1]
        default:
            let parts = host.split(separator: ".").compactMap { UInt8($0) }
            guard parts.count == 4 else { return isAny }
            // A dual-stack socket keeps IPv4 addresses in the mapped form ::ffff:a.b.c.d.
            let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + parts
            return isAny || address == parts || address == mapped
        }
    }

    private static func process(holding inode: String) -> PortOwner {
        let files = FileManager.default
        let wanted = "socket:[\(inode)]"
        for entry in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = Int32(entry), let handles = try? files.contentsOfDirectory(atPath: "/proc/\(entry)/fd") else { continue }
            for handle in handles where (try? files.destinationOfSymbolicLink(atPath: "/proc/\(entry)/fd/\(handle)")) == wanted {
                let name = Procfs.text("/proc/\(entry)/comm")
                return PortOwner(name: name.map { SettingText.trimmed($0) }, pid: pid)
            }
        }
        return PortOwner(name: nil, pid: nil)
    }
}
