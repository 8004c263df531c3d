import ArgumentParser
import Foundation
import HearthDrivers
import HearthServer

/// How output looks; the same flags on every command that prints.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON as the HTTP API names it, lists as one object a line.")
    var json = false

    @Option(name: .long, help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
    var color = ColorChoice.auto

    @Flag(name: .long, help: "Show details of errors.")
    var verbose = false

    var terminal: Terminal { .standardOutput(environment: ProcessInfo.processInfo.environment, color: color) }
    var errorTerminal: Terminal { .standardError(environment: ProcessInfo.processInfo.environment, color: color) }
}

extension ColorChoice: ExpressibleByArgument {}

/// Where the running service is.
struct ServiceOptions: ParsableArguments {
    static let defaultURL = "http://127.0.0.1:4327"

    @Option(name: .long, help: ArgumentHelp("Address of the running service (HEARTH_URL; default \(Self.defaultURL)).", valueName: "url"))
    var url: String?

    @Option(name: .long, help: ArgumentHelp("How long to wait for an answer, such as 10s.", valueName: "duration"))
    var timeout: String?

    @Option(name: .long, help: ArgumentHelp("File with the key to show to the service (HEARTH_KEY_FILE).", valueName: "file"))
    var keyFile: String?

    @Option(
        name: .long, help: ArgumentHelp("File with the authorities to trust instead of the system's (HEARTH_CA_FILE).", valueName: "file"))
    var caFile: String?

    static let defaultTimeout = Duration.seconds(10)

    /// A client for the address, or a failure that names what is wrong with a flag.
    func client(defaultTimeout: Duration = Self.defaultTimeout) throws -> ServiceClient {
        let environment = ProcessInfo.processInfo.environment
        let address = url ?? environment["HEARTH_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.defaultURL
        guard address.hasPrefix("http://") || address.hasPrefix("https://") else {
            throw CommandFailure(
                "the address \"\(address)\" must begin with http:// or https://, such as \(Self.defaultURL)", status: ExitStatus.usage)
        }
        var limits = CurlClient.Limits()
        limits.trustedCertificatesFile = try authorities(environment)
        return ServiceClient(
            baseURL: address.hasSuffix("/") ? String(address.dropLast()) : address,
            timeout: try limit(defaultTimeout),
            key: try key(environment),
            sender: try CurlClient(limits: limits))
    }

    private func limit(_ fallback: Duration) throws -> Duration {
        guard let timeout else { return fallback }
        guard let duration = SettingText.duration(timeout), duration > .zero, duration <= .seconds(3600) else {
            throw CommandFailure(
                "--timeout \"\(timeout)\" must be a duration such as 500ms, 10s or 2m, at most 1h", status: ExitStatus.usage)
        }
        return duration
    }

    /// A file that is not there would look like a service whose certificate is not trusted.
    private func authorities(_ environment: [String: String]) throws -> String? {
        guard let path = caFile ?? environment["HEARTH_CA_FILE"].flatMap({ $0.isEmpty ? nil : $0 }) else { return nil }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw CommandFailure(
                "the file of authorities \(path) cannot be read; check --ca-file or HEARTH_CA_FILE", status: ExitStatus.usage)
        }
        return path
    }

    private func key(_ environment: [String: String]) throws -> Secret? {
        guard let path = keyFile ?? environment["HEARTH_KEY_FILE"].flatMap({ $0.isEmpty ? nil : $0 }) else { return nil }
        let text = try InputText.file(path, limit: 4096).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw CommandFailure("the key file \(path) is empty", status: ExitStatus.usage) }
        return Secret(text)
    }
}
