import Foundation
import HearthTestKit

extension DrillLane {
    private static let settings = "jobs: {probe-stores: {schedule: \"@every 1s\", retries: 0}}\n"

    /// The process, its limits and its configuration, and the way to its metrics.
    static let process = DrillLane(
        name: "process", setup: .init(settings: settings), prepare: { $0.traffic.change(perSecond: 2, newShare: 0) },
        drills: [
            Drill(
                fault: "Prometheus has no target", alerts: [.init(alert: "HearthTargetMissing")],
                inject: { try $0.scrape(target: nil, each: $0.setup.scrapeInterval) },
                heal: { try $0.scrape(target: $0.scrapes.port, each: $0.setup.scrapeInterval) }),
            Drill(
                fault: "the service is killed", alerts: [.init(alert: "HearthInstanceDown")],
                inject: { try await $0.kill() }, heal: { try await $0.startAgain() }),
            Drill(
                fault: "a reload finds a faulty configuration", alerts: [.init(alert: "HearthConfigReloadFailed")],
                inject: { stage in
                    try stage.write("hearth.yaml", "jobs: {probe-stores: {schedule: \"22-2 * * * *\"}}\n")
                    stage.process.send(signal: SIGHUP)
                },
                heal: { stage in
                    try stage.write("hearth.yaml", settings)
                    stage.process.send(signal: SIGHUP)
                }),
            Drill(
                fault: "nearly all file descriptors are in use", alerts: [.init(alert: "HearthFileDescriptorsLow")],
                inject: { stage in
                    let path = "/proc/\(stage.process.processIdentifier)/fd"
                    let open = try FileManager.default.contentsOfDirectory(atPath: path).count
                    try await stage.allow(descriptors: open * 10 / 9)
                },
                heal: { try await $0.allow(descriptors: 4096) }),
            Drill(
                fault: "metrics come after 1.2 s", alerts: [.init(alert: "HearthScrapeSlow")],
                inject: { stage in
                    stage.scrapes.set(.init(latency: .milliseconds(1200) ... .milliseconds(1200)), [.toClient])
                    try stage.scrape(target: stage.scrapes.port, each: .seconds(2))
                },
                heal: { stage in
                    stage.scrapes.set(.init(), [.toClient])
                    try stage.scrape(target: stage.scrapes.port, each: stage.setup.scrapeInterval)
                }),
            Drill(
                fault: "the service is killed and started four times", alerts: [.init(alert: "HearthRestarting")],
                inject: { stage in
                    for _ in 0..<4 {
                        try await stage.kill()
                        try await stage.startAgain()
                        // Prometheus has to see each of them.
                        try await Task.sleep(for: stage.setup.scrapeInterval * 2)
                    }
                },
                heal: { _ in }),
        ])

    /// Jobs that stand still or fail.
    static let scheduler = DrillLane(
        name: "scheduler",
        setup: .init(
            settings: """
                jobs:
                  probe-stores: {schedule: "@every 1s", retries: 0}
                  warm-cache: {schedule: "@manual", retries: 0}

                """),
        drills: [
            Drill(
                fault: "the process is stopped for a while", alerts: [.init(alert: "HearthSchedulerStopped")],
                inject: { $0.process.send(signal: SIGSTOP) }, heal: { $0.process.send(signal: SIGCONT) }),
            Drill(
                fault: "a job's list is damaged", alerts: [.init(alert: "HearthJobFailing", labels: ["job_name": "warm-cache"])],
                inject: { stage in
                    try stage.write("common-queries.json", "not JSON")
                    for _ in 0..<4 { try await stage.runToItsEnd("warm-cache") }
                },
                heal: { stage in
                    try stage.write("common-queries.json", DrillStage.commonQueries)
                    for _ in 0..<14 { try await stage.runToItsEnd("warm-cache") }
                }),
        ])
}

extension DrillStage {
    func job(_ name: String, _ verb: String) async throws {
        let reply = try await hearth.post("/api/v1/jobs/\(name)/\(verb)")
        guard reply.status < 300 else { throw RunningProgram.Failure("\(verb) of \(name): \(reply)") }
    }

    /// Changes how many files and connections the service may have open, while it runs.
    fileprivate func allow(descriptors: Int) async throws {
        let arguments = ["--pid", "\(process.processIdentifier)", "--nofile=\(descriptors):4096"]
        let program = try RunningProgram("/usr/bin/prlimit", arguments, folder: "/")
        guard try await program.waitForEnd() == .init(status: 0) else { throw RunningProgram.Failure("\(arguments): \(program.errors)") }
    }

    fileprivate func runToItsEnd(_ name: String) async throws {
        try await job(name, "run")
        try await Deadline.until("\(name) has ended") {
            try await hearth.get("/api/v1/jobs/\(name)").json["running"].items.isEmpty
        }
    }
}
