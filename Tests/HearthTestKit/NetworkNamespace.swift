import Foundation
import Synchronization

/// A network of its own for a program under test, joined to this one by pairs of virtual links that can be taken down; it needs root.
///
/// What is sent over a link that is down is lost without a word, as in a network that is cut, and connections stay open on both sides.
package final class NetworkNamespace: Sendable {
    /// A pair of virtual interfaces with an address at either end.
    package struct Link: Sendable {
        /// Of the end that this process sees.
        package let outside: String
        package let inside: String
        fileprivate let outsideName: String
        fileprivate let insideName: String
    }

    private static let ip = "/usr/sbin/ip"
    private static let lastNumber = Mutex(0)

    package let name: String
    /// Makes a program run inside: its path and arguments go behind these words.
    package var wrapper: [String] { [Self.ip, "netns", "exec", name] }

    package init() async throws {
        name = "hearth-\(ProcessInfo.processInfo.processIdentifier)-\(Self.nextNumber())"
        try await Self.run([Self.ip, "netns", "add", name])
        try await Self.run([Self.ip, "-n", name, "link", "set", "lo", "up"])
    }

    private static func nextNumber() -> Int {
        lastNumber.withLock { number in
            number += 1
            return number
        }
    }

    /// Adds a link with addresses of a network that is kept for tests (RFC 2544).
    package func addLink() async throws -> Link {
        let number = Self.nextNumber()
        let process = Int(ProcessInfo.processInfo.processIdentifier)
        let network = "198.18.\(process % 250).\(number * 4 % 252)"
        let stem = network.split(separator: ".").dropLast().joined(separator: ".")
        let base = number * 4 % 252
        let link = Link(
            outside: "\(stem).\(base + 1)", inside: "\(stem).\(base + 2)", outsideName: "ho\(process)-\(number)",
            insideName: "hi\(process)-\(number)")
        try await Self.run([Self.ip, "link", "add", link.outsideName, "type", "veth", "peer", "name", link.insideName, "netns", name])
        try await Self.run([Self.ip, "addr", "add", "\(link.outside)/30", "dev", link.outsideName])
        try await Self.run([Self.ip, "-n", name, "addr", "add", "\(link.inside)/30", "dev", link.insideName])
        try await Self.run([Self.ip, "link", "set", link.outsideName, "up"])
        try await Self.run([Self.ip, "-n", name, "link", "set", link.insideName, "up"])
        return link
    }

    /// Takes the outer end down or up: nothing passes in either direction, and nobody is told.
    package func set(_ link: Link, isUp: Bool) async throws {
        try await Self.run([Self.ip, "link", "set", link.outsideName, isUp ? "up" : "down"])
    }

    /// Drops what comes in from a link, inside, while what goes out passes; ``passAll()`` ends it.
    package func dropArrivals(from link: Link) async throws {
        let rules = "table inet hearth { chain arrivals { type filter hook input priority 0; iifname \"\(link.insideName)\" drop; }; }"
        try await Self.run(wrapper + ["/usr/sbin/nft", rules])
    }

    package func passAll() async throws { try await Self.run(wrapper + ["/usr/sbin/nft", "flush", "ruleset"]) }

    /// The connections of the programs inside to an address, whatever their state.
    package func connections(to address: String) async throws -> Int {
        let words = wrapper + ["/usr/bin/ss", "-Htn", "dst", address]
        let program = try RunningProgram(words[0], Array(words.dropFirst()), folder: "/")
        try await program.waitForEnd()
        return program.outputLines.count
    }

    /// Removes it with its links; programs inside must have ended.
    package func remove() async throws { try await Self.run([Self.ip, "netns", "delete", name]) }

    private static func run(_ words: [String]) async throws {
        let program = try RunningProgram(words[0], Array(words.dropFirst()), folder: "/")
        guard try await program.waitForEnd() == .init(status: 0) else { throw RunningProgram.Failure("\(words): \(program.errors)") }
    }
}
