import Foundation
import HearthTelemetry
import Hummingbird

/// `DELETE /api/v1/customers/{customerId}`: what refers to a customer is forgotten.
struct CustomerRoutes: Sendable {
    let eraser: CustomerEraser
    let tenants: TenantRules

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.delete("customers/{customerId}", use: erase)
    }

    @Sendable private func erase(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let tenant = try tenants.subject(of: context.caller, named: parameters.text("tenant"))
        try parameters.finish("Nobody was forgotten")
        let given = try context.parameters.require("customerId")
        guard let customer = given.removingPercentEncoding, (1...CacheQuery.maximumCustomerBytes).contains(customer.utf8.count) else {
            throw APIError(
                .invalidRequest, "The customer's name must have 1 to \(CacheQuery.maximumCustomerBytes) bytes of UTF-8.",
                details: [.init(field: "customerId", problem: "must have 1 to \(CacheQuery.maximumCustomerBytes) bytes")])
        }
        do {
            let erasure = try await eraser.erase(customer, of: tenant)
            // How much, and never whose.
            context.act?.note(entries: erasure.patterns + erasure.votes + erasure.messages)
            return JSONAnswer.response(erasure)
        } catch {
            // The error may hold the name in a statement's values; it goes neither to the caller nor to the log.
            throw APIError(
                .storeUnavailable, "A store cannot be written now, so some of what refers to the customer may be left. Ask again.",
                retryAfterSeconds: 5)
        }
    }
}
