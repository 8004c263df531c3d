import DequeModule
import HearthDrivers
import HearthTelemetry
import JWTKit
import Synchronization

/// Decides about JSON Web Tokens, and remembers those that it has found valid.
///
/// What is remembered is found by the SHA-256 of the whole token: by a part of it, one token could pass for another. It is forgotten when
/// the token ends, when the keys change, and when there is no more room.
final class TokenVerifier: Sendable {
    private struct Known {
        var caller: Caller
        var endsAt: Timestamp
    }

    private struct State {
        var keys = TokenKeySet.empty
        /// Rises with every change of the keys.
        var generation = 0
        var known: [Fingerprint: Known] = [:]
        /// The oldest first.
        var order: Deque<Fingerprint> = []
    }

    let capacity: Int
    private let rules: TokenRules
    private let state: Mutex<State>

    init(rules: TokenRules, keys: TokenKeySet = .empty, capacity: Int) {
        self.rules = rules
        self.capacity = capacity
        state = Mutex(State(keys: keys))
    }

    var keyCount: Int { state.withLock { $0.keys.count } }
    var knownCount: Int { state.withLock { $0.known.count } }

    /// Takes over new keys; every token has to prove itself again.
    func use(_ keys: TokenKeySet) {
        state.withLock { state in
            state.keys = keys
            state.generation += 1
            state.known.removeAll()
            state.order.removeAll()
        }
    }

    /// Who presents a token that was found valid before; nil for one that has to be verified.
    func known(_ fingerprint: Fingerprint, at now: Timestamp) -> Caller? {
        state.withLock { state in
            guard let known = state.known[fingerprint], known.endsAt > now else { return nil }
            return known.caller
        }
    }

    /// Looks at everything that costs little first, and at the signature last.
    func verify(_ token: Substring, _ fingerprint: Fingerprint, at now: Timestamp) throws(TokenRefusal) -> Caller {
        let form = try TokenForm(token)
        let (keys, generation) = state.withLock { ($0.keys, $0.generation) }
        let key = try keys.key(for: form)
        let (caller, end) = try rules.caller(form.claims, at: now)
        guard (try? key.verifier.verify(form.signature, signs: form.signed)) == true else { throw .signature }
        remember(fingerprint, Known(caller: caller, endsAt: end), generation)
        return caller
    }

    private func remember(_ fingerprint: Fingerprint, _ known: Known, _ generation: Int) {
        state.withLock { state in
            // Found valid by keys that are no longer used.
            guard generation == state.generation, capacity > 0 else { return }
            if state.known.updateValue(known, forKey: fingerprint) == nil { state.order.append(fingerprint) }
            while state.known.count > capacity, let oldest = state.order.popFirst() { state.known[oldest] = nil }
        }
    }
}
