import HearthTelemetry

/// Lets replicas share a call to the provider: one of them asks, the others wait for its answer in the store.
package protocol SharedFlights: Sendable {
    /// Tries to become the one who asks.
    func claim(_ key: CacheKey) async -> FlightClaim

    /// Says that the one who asks is still at it; false only if the claim is lost for certain.
    func renew(_ key: CacheKey, token: String) async -> Bool

    /// Gives up a claim whose answer is not kept; a kept one ends it by itself.
    func release(_ key: CacheKey, token: String) async
}

extension SharedFlights {
    /// Renews a claim each second until the body has ended. The claim itself ends by ``release(_:token:)``.
    package func holding<Value: Sendable>(_ key: CacheKey, token: String, _ body: () async -> Value) async -> Value {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: .seconds(1))) != nil {
                    guard await self.renew(key, token: token) else { return }
                }
            }
            let value = await body()
            group.cancelAll()
            return value
        }
    }
}

package enum FlightClaim: Sendable, Equatable {
    /// This replica asks.
    case granted(token: String)
    /// Another replica is asking.
    case taken
    /// Nobody can tell: everyone asks for itself.
    case unavailable
}
