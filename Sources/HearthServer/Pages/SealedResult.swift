import Foundation
import HearthPages
import HearthTelemetry

/// What came of an action, as it is in the address of its result, where only the session that did it can read it.
struct SealedResult: Codable, Sendable {
    var action: String
    var parameters: [[String]]
    /// `done`, `started`, `running` or `refused`.
    var outcome: String
    var run: String?
    var since: Int64?
    var reason: String?
    var facts: [[String]]
    /// The path of the page to go back to.
    var back: String

    init(_ order: ActionOrder, _ deed: PageActor.Deed) {
        action = order.action.rawValue
        parameters = order.parameters.map { [$0.name, $0.value] }
        facts = deed.facts.map { [$0.name, $0.value] }
        back = order.back.path
        switch deed.outcome {
        case .done: outcome = "done"
        case .started(let run): (outcome, self.run) = ("started", run)
        case .alreadyRunning(let run, let since): (outcome, self.run, self.since) = ("running", run, since?.milliseconds)
        case .refused(let reason): (outcome, self.reason) = ("refused", String(reason.prefix(500)))
        }
    }

    static func content(of bytes: [UInt8]) -> ResultContent? {
        guard let result = try? JSONDecoder().decode(SealedResult.self, from: Data(bytes)), let action = PageAction(rawValue: result.action)
        else { return nil }
        let outcome: ResultContent.Outcome =
            switch result.outcome {
            case "done": .done
            case "started": .started(run: result.run ?? "")
            case "running": .alreadyRunning(run: result.run, since: result.since.map { Timestamp(milliseconds: $0) })
            default: .refused(reason: result.reason ?? "")
            }
        return ResultContent(
            action: action,
            parameters: result.parameters.filter { $0.count == 2 }.map { ActionParameter(name: $0[0], value: $0[1]) }, outcome: outcome,
            facts: result.facts.filter { $0.count == 2 }.map { Fact(name: $0[0], value: $0[1]) },
            back: PageView(path: result.back) ?? .overview)
    }
}
