import Foundation
import HearthTestKit
import Testing

/// Two servers in a row must agree on how many requests a stream of bytes is: what one of them takes for a body and the other for a request
/// is smuggled past whatever the first one decides.
@Suite("Requests through a proxy", .serialized, .timeLimit(.minutes(5)))
struct ProxyFramingTests {
    enum Proxy: String, CaseIterable, Sendable {
        case nginx
        case haproxy

        var path: String { "/usr/sbin/\(rawValue)" }
    }

    private static let missing = Proxy.allCases.filter { !FileManager.default.isExecutableFile(atPath: $0.path) }.map(\.rawValue)

    /// Everything that is known to be read in different ways, and what is unusual and can be read in one way only.
    private static let streams = FramingTests.refused.map(\.bytes) + FramingTests.accepted

    @Test(
        "A proxy sends on as many requests as Hearth sees, whatever is sent to it (S54)",
        .enabled(if: missing.isEmpty, "apt-get install nginx-light haproxy"), arguments: Proxy.allCases)
    func equalCounts(proxy: Proxy) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let port = try await FreePort.find()
        try stage.write("proxy.conf", Self.configuration(proxy, listening: port, before: hearth.port, folder: stage.folder.path))
        let arguments = proxy == .nginx ? ["-p", stage.folder.path, "-c", "proxy.conf", "-e", "stderr"] : ["-db", "-f", "proxy.conf"]
        let program = try RunningProgram(proxy.path, arguments, folder: stage.folder.path)
        defer { program.send(signal: SIGTERM) }
        try await Deadline.until("the proxy answers") {
            if let ending = program.ending { throw RunningProgram.Failure("\(proxy) ended with \(ending.status): \(program.errors)") }
            guard let connection = try? await RawConnection.open(port: port) else { return false }
            try await connection.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            try await connection.waitUntilClosed(within: .seconds(20))
            return connection.received.contains(" 200 ")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for bytes in Self.streams {
                group.addTask {
                    let connection = try await RawConnection.open(port: port)
                    try await connection.send(bytes + "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    // The proxy ends it for a fault, or because nothing more comes.
                    try await connection.waitUntilClosed(within: .seconds(30))
                }
            }
            try await group.waitForAll()
        }
        var (sent, seen) = (0, 0)
        try? await Deadline.until("both have counted") {
            sent = Self.sent(proxy, program, folder: stage.folder.path)
            let samples = try await hearth.metrics()
            // What asks for metrics here comes past the proxy.
            let all = samples.value("http_server_request_duration_seconds_count") ?? 0
            let own = samples.value("http_server_request_duration_seconds_count", ["http_route": "/metrics"]) ?? 0
            seen = Int(all - own + (samples.value("hearth_http_rejections_total", ["reason": "malformed"]) ?? 0))
            return sent == seen
        }
        print("\(proxy): \(Self.streams.count) streams, \(sent) requests sent on, \(seen) seen")
        #expect(sent == seen)
        // Some of the streams are good for both, and what follows them is a request for both.
        #expect(sent > FramingTests.accepted.count)
    }

    /// How many requests the proxy has sent on, by its own log.
    private static func sent(_ proxy: Proxy, _ program: RunningProgram, folder: String) -> Int {
        switch proxy {
        case .nginx:
            let log = (try? String(contentsOfFile: folder + "/access.log", encoding: .utf8)) ?? ""
            return log.split(separator: "\n").count { !$0.hasPrefix("-") }
        case .haproxy: return program.outputLines.count { $0.hasPrefix("hearth ") }
        }
    }

    private static func configuration(_ proxy: Proxy, listening port: Int, before hearth: Int, folder: String) -> String {
        switch proxy {
        case .nginx:
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }
            return """
                daemon off;
                worker_processes 1;
                pid \(folder)/proxy.pid;
                events { worker_connections 512; }
                http {
                    \(temporary.joined(separator: " "))
                    log_format seen '$upstream_status $request';
                    access_log \(folder)/access.log seen;
                    client_header_timeout 2s;
                    client_body_timeout 2s;
                    keepalive_timeout 2s;
                    upstream hearth { server 127.0.0.1:\(hearth); keepalive 8; }
                    server {
                        listen 127.0.0.1:\(port);
                        location / {
                            proxy_pass http://hearth;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_next_upstream off;
                        }
                    }
                }

                """
        case .haproxy:
            return """
                global
                    maxconn 256
                    log stdout format raw local0
                defaults
                    mode http
                    log global
                    log-format "%s %ST %{+Q}r"
                    option http-buffer-request
                    timeout connect 2s
                    timeout client 2s
                    timeout http-request 2s
                    timeout server 10s
                frontend front
                    bind 127.0.0.1:\(port)
                    default_backend back
                backend back
                    server hearth 127.0.0.1:\(hearth)

                """
        }
    }
}
