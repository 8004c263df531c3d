import Foundation
import HearthTestKit
import Testing

/// S49: what clouds hand out at 169.254.169.254 to whoever asks from the machine.
@Suite(
    "Addresses of the link", .serialized, .timeLimit(.minutes(3)), .enabled(if: getuid() == 0, "only root can give an address to a network")
)
struct LinkLocalTests {
    @Test("A provider at such an address is never connected to; the same one at another address is")
    func provider() async throws {
        let space = try await NetworkNamespace()
        let stage = try await Stage()
        let link = try await space.addLink()
        try await Self.run(space.wrapper + ["/usr/sbin/ip", "addr", "add", "169.254.7.7/32", "dev", "lo"], stage)
        for (address, isReached) in [("169.254.7.7", false), ("[::ffff:169.254.7.7]", false), (link.inside, true)] {
            let words = space.wrapper + ["/usr/bin/python3", "-u", "-m", "http.server", "8080", "--bind", "::"]
            let service = try RunningProgram(words[0], Array(words.dropFirst()), folder: stage.folder.path)
            _ = try await service.firstLine("the service listens") { $0.contains("Serving") ? true : nil }
            let hearth = try await stage.start(
                environment: [
                    "HEARTH_HOST": link.inside, "HEARTH_API_KEYS": "a-key-0123456789ab", "OPENAI_BASE_URL": "http://\(address):8080/v1",
                ], wrapper: space.wrapper)
            let reply = try await hearth.ask("Who is there?", language: "en", headers: ["X-API-Key": "a-key-0123456789ab"])
            #expect(reply.status == 502, "\(address): \(reply.text)")
            _ = try await hearth.terminate()
            service.send(signal: 9)
            try await service.waitForEnd()
            #expect(service.errors.contains("POST /v1/chat/completions") == isReached, "\(address): \(service.errors)")
        }
        try await space.remove()
    }

    private static func run(_ words: [String], _ stage: Stage) async throws {
        let program = try RunningProgram(words[0], Array(words.dropFirst()), folder: stage.folder.path)
        try #require(try await program.waitForEnd() == .init(status: 0), "\(words): \(program.errors)")
    }
}
