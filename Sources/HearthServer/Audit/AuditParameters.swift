import Foundation
import HearthCache
import HearthScheduling
import HearthTelemetry
import Hummingbird

/// The parameters of a request that its audit record shows.
///
/// Each is kept only in a form that can hold no text of anybody's: a word of a closed list, a key, an id, a moment. So no secret, no
/// question and no customer's name gets into the record, whatever a caller sends. A tag may be one, and is only said to have been given.
enum AuditParameters {
    static func of(_ request: Request, _ context: HearthRequestContext, isOperator: Bool) -> [String: String] {
        var found: [String: String] = [:]
        if let name = context.parameters.get("name") { found["job"] = JobSettings.known.contains { $0.name == name } ? name : "unknown" }
        if let id = context.parameters.get("id").flatMap({ RunID($0) }) { found["run"] = id.description }
        var given = ParameterReader(request)
        let key = context.parameters.get("cacheKey").flatMap(\.removingPercentEncoding) ?? given.text("cacheKey")
        found["cacheKey"] = key.flatMap { CacheKey($0)?.description }
        found["language"] = given.choice("language", of: Language.self)?.rawValue
        found["category"] = given.choice("category", of: ResponseCategory.self)?.rawValue
        if given.text("tag") != nil { found["tag"] = "given" }
        for name in ["all", "dryRun"] where given.boolean(name) { found[name] = "true" }
        found["until"] = given.time("until")?.description
        found["for"] = given.duration("for").map(SettingText.write)
        // What others name is not looked at.
        if isOperator, let tenant = given.text("tenant") { found["tenant"] = tenant == "*" ? tenant : Tenant(tenant)?.name }
        return found
    }
}
