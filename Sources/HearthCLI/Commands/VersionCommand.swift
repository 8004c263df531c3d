import ArgumentParser
import HearthDrivers
import HearthServer
import HearthTelemetry

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print version, revision, compiler and libraries.",
        discussion: "Examples:\n  hearth version\n  hearth version --json\n\nSee also: hearth --version.")

    @OptionGroup var output: OutputOptions

    func run() {
        let build = BuildIdentity.current()
        if output.json {
            let members: [JSONValue.Member] = [
                .init("version", .string(build.version)), .init("revision", .string(build.revision)),
                .init("compiler", .string("Swift \(BuildInfo.compiler)")), .init("architecture", .string(BuildInfo.architecture)),
                .init("libraries", .array(DriverVersions.all.map { .string($0) })),
            ]
            return Console().write(JSONValue.object(members).line)
        }
        Console().write(
            """
            hearth \(build.version)
            revision   \(build.revision)
            compiler   Swift \(BuildInfo.compiler), \(BuildInfo.architecture)
            libraries  \(DriverVersions.all.joined(separator: ", "))
            """)
    }
}
