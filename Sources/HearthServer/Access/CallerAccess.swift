package import HTTPTypes
package import HearthDrivers
package import HearthTelemetry

/// Who asks: found by the credential that a request presents in `Authorization: Bearer` (RFC 6750) or in `X-API-Key`.
package struct CallerAccess: Sendable {
    package enum Admission: Sendable {
        case admitted(Caller, Fingerprint)
        /// A token that has to be verified, which takes too long for a hit.
        case unverified(Substring, Fingerprint)
        case refused(AccessInstruments.Result)
        /// The address has to wait before it is listened to again.
        case held(Duration)
    }

    let keys: KeyRing
    /// Nil where no tokens are accepted.
    let tokens: TokenVerifier?
    /// Whether everybody is let in while there never was a credential: in development, on this machine only.
    let opensWithoutCredentials: Bool
    let limiter: AddressLimiter
    let timeSource: any TimeSource

    init(
        keys: KeyRing, tokens: TokenVerifier? = nil, opensWithoutCredentials: Bool, limiter: AddressLimiter, timeSource: any TimeSource
    ) {
        self.keys = keys
        self.tokens = tokens
        self.limiter = limiter
        self.opensWithoutCredentials = opensWithoutCredentials && tokens == nil
        self.timeSource = timeSource
    }

    /// With API keys only.
    package init(keys: KeyRing, limiter: AddressLimiter, timeSource: any TimeSource) {
        self.init(keys: keys, tokens: nil, opensWithoutCredentials: false, limiter: limiter, timeSource: timeSource)
    }

    var isOpen: Bool { opensWithoutCredentials && keys.isEmpty }

    /// What is decided without verifying a signature.
    package func admission(of headers: HTTPFields, from address: @autoclosure () -> CallerAddress) -> Admission {
        guard let credential = Self.credential(in: headers) else { return .refused(.missing) }
        guard (1...TokenForm.maximumBytes).contains(credential.utf8.count) else { return .refused(.malformed) }
        let now = timeSource.now()
        let fingerprint = Fingerprint(credential.utf8)
        if limiter.hasFailures, let wait = limiter.wait(of: address(), with: fingerprint) { return .held(wait) }
        let finding = keys.find(fingerprint, at: now)
        if finding.isUsable { return .admitted(finding.entry.caller, fingerprint) }
        if finding.isKnown { return .refused(finding.entry.isRevoked ? .revoked : .expired) }
        guard let tokens, TokenForm.isMeant(by: credential) else { return .refused(.unknown) }
        return tokens.known(fingerprint, at: now).map { .admitted($0, fingerprint) } ?? .unverified(credential, fingerprint)
    }

    /// What is decided by a token's signature.
    package func verify(_ token: Substring, _ fingerprint: Fingerprint) -> Admission {
        guard let tokens else { return .refused(.unknown) }
        do throws(TokenRefusal) {
            return .admitted(try tokens.verify(token, fingerprint, at: timeSource.now()), fingerprint)
        } catch {
            return .refused(error == .expired ? .expired : .tokenRefused)
        }
    }

    /// Counts a decision towards the limit of its address.
    func note(_ admission: Admission, from address: CallerAddress) {
        switch admission {
        case .refused(.unknown), .refused(.malformed), .refused(.tokenRefused): limiter.noteFailure(of: address)
        case .admitted(_, let credential): limiter.noteSuccess(of: address, with: credential)
        // Without a credential nobody guesses, and one that has ended was not guessed.
        case .refused, .unverified, .held: break
        }
    }

    private static let keyHeader = HTTPField.Name.known("X-API-Key")

    /// Whether a request presents anything, valid or not.
    static func presentsCredential(_ headers: HTTPFields) -> Bool { headers.contains(.authorization) || headers.contains(keyHeader) }

    /// The scheme is written in any case (RFC 9110, 11.1); nil where there is neither header, one of them twice, or another scheme.
    private static func credential(in headers: HTTPFields) -> Substring? {
        var authorization: String?
        var key: String?
        // In one pass: looking up both by name took half of the time of a decision.
        for field in headers {
            if field.name == .authorization {
                guard authorization == nil else { return nil }
                authorization = field.value
            } else if field.name == keyHeader {
                guard key == nil else { return nil }
                key = field.value
            }
        }
        guard let value = authorization else { return key.map { $0[...] } }
        let text = value.utf8
        guard let space = text.firstIndex(of: UInt8(ascii: " ")), isBearer(text[..<space]) else { return nil }
        guard let start = text[space...].firstIndex(where: { $0 != UInt8(ascii: " ") }) else { return nil }
        return value[start...]
    }

    private static func isBearer(_ scheme: Substring.UTF8View) -> Bool {
        // Letters differ from their capitals in one bit; the other characters of a scheme are none of these.
        scheme.count == 6 && zip(scheme, "bearer".utf8).allSatisfy { $0 | 0x20 == $1 }
    }
}
