import ArgumentParser

struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Tell by the exit status whether the running service is alive, for container health checks.",
        discussion:
            "Examples:\n  hearth healthcheck\n  hearth healthcheck --url http://127.0.0.1:8080 --timeout 2s\n\nSee also: hearth help exit-codes."
    )

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        do {
            let answer = try await service.client().get("/healthz")
            Console().write(output.json ? answer.body.line : answer.body["status"]?.text ?? "alive")
        } catch let failure as CommandFailure where failure.status == ExitStatus.tryAgainLater {
            // Container engines reserve every status but 0 and 1.
            throw CommandFailure(failure.message, details: failure.details)
        }
    }
}
