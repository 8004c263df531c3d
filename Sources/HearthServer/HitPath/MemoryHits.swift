import HTTPTypes
import HearthCache
import HearthTelemetry
import NIOCore

/// Decides whether a request can be answered from memory at once, or from the store without a task of its own, and writes that answer.
struct MemoryHits: Sendable {
    static let path = "/api/v1/cache/query"

    private let identifier: QuestionIdentifier
    private let cache: AnswerCache
    private let bodies: BodyTable
    private let access: CallerAccess
    private let hosts: HostNames
    private let accessInstruments: AccessInstruments
    private let isBehindProxy: Bool
    /// What the route of questions needs.
    private let decision: RouteDecision?
    private let tenants: TenantRules
    private let limiter: RequestLimiter
    private let reporter: UsageReporter
    /// Nil where no hit is checked.
    private let shadow: ShadowChecks?
    /// Nil where traces are off.
    private let tracer: HearthTracer?
    /// The histogram of answered questions, looked up once.
    private let requestDuration: Histogram
    private let timeSource: any TimeSource
    private let maximumCharacters: Int

    init(
        identifier: QuestionIdentifier, cache: AnswerCache, bodies: BodyTable, access: CallerAccess, hosts: HostNames,
        accessInstruments: AccessInstruments, decisions: RouteDecisions, isBehindProxy: Bool, tenants: TenantRules,
        limiter: RequestLimiter, reporter: UsageReporter,
        shadow: ShadowChecks?, tracer: HearthTracer?, requestDuration: Histogram, timeSource: any TimeSource,
        maximumCharacters: Int
    ) {
        self.identifier = identifier
        self.cache = cache
        self.bodies = bodies
        self.access = access
        self.hosts = hosts
        self.accessInstruments = accessInstruments
        self.isBehindProxy = isBehindProxy
        decision = decisions.decision(.post, Self.path)
        self.tenants = tenants
        self.limiter = limiter
        self.reporter = reporter
        self.shadow = shadow
        self.tracer = tracer
        self.requestDuration = requestDuration
        self.timeSource = timeSource
        self.maximumCharacters = maximumCharacters
    }

    /// Who asks, if the body is worth waiting for: the caller may ask and has no wishes about freshness or the connection.
    ///
    /// Nil leaves the request to the router, which tells a caller that may not ask why, and verifies tokens that are new.
    func caller(of head: HTTPRequest, over connection: ConnectionOrigin) -> Caller? {
        guard head.method == .post, head.path == Self.path, head.headerFields[.cacheControl] == nil,
            head.headerFields[.connection]?.lowercased() != "close", head.headerFields[.expect] == nil, case .needs(let scope) = decision
        else { return nil }
        // The router refuses what is asked under another name, or by a page of another site.
        if access.isOpen {
            return hosts.contain(head.authority) && !RequestOrigin.isForeign(head, isBehindProxy: isBehindProxy) ? .open : nil
        }
        let admission = access.admission(
            of: head.headerFields, from: CallerAddress.of(head.headerFields, connection.address, isBehindProxy: isBehindProxy))
        guard case .admitted(let caller, let credential) = admission, caller.scopes.contains(scope) else { return nil }
        // Once for each connection; behind a proxy the router does it, for every caller of its own.
        if !isBehindProxy, connection.noted != credential {
            connection.noted = credential
            access.limiter.noteSuccess(of: connection.address, with: credential)
        }
        return caller
    }

    /// Counts how a caller was let in whose request was answered here; the router counts the others.
    private func countAdmission(of caller: Caller) {
        if let result = caller.means.result { accessInstruments.decisions(result).increment() }
    }

    /// The answer with its head, or nil when the ordinary path must look further; nothing is counted then.
    ///
    /// - Parameter date: the value of the `Date` header
    func answer(
        _ head: HTTPRequest, _ body: ByteBuffer, of caller: Caller, startedAt started: Duration, date: @autoclosure () -> String
    ) -> ByteBuffer? {
        let tenant = caller.tenant
        guard tenants.protection(of: tenant) == nil else { return nil }
        let remembered = bodies.find(body, of: tenant)
        guard let asked = remembered ?? read(body, of: tenant) else { return nil }
        let grant = limiter.takeAtOnce(caller)
        // The router tells the caller.
        if case .refused = grant { return nil }
        let now = timeSource.now()
        guard let entry = cache.serveFromMemory(asked.question, at: now) else {
            limiter.giveBack(caller)
            return nil
        }
        if remembered == nil { bodies.remember(body, of: tenant, asked) }
        countAdmission(of: caller)
        limiter.noteAnswered(caller)
        return answer(with: entry, from: .memory, head, asked, grant, startedAt: started, at: now, date: date())
    }

    /// Asks the store for the answer where memory has none.
    ///
    /// - Parameter completion: called once, on some event loop, with the answer and its head; nil leaves the request to the ordinary path.
    /// - Returns: false where the store was not asked; then nothing is called.
    func askStore(
        _ head: HTTPRequest, _ body: ByteBuffer, of caller: Caller, startedAt started: Duration, date: String,
        completion: @escaping @Sendable (ByteBuffer?) -> Void
    ) -> Bool {
        let tenant = caller.tenant
        guard tenants.protection(of: tenant) == nil else { return false }
        let remembered = bodies.find(body, of: tenant)
        guard let asked = remembered ?? read(body, of: tenant) else { return false }
        let grant = limiter.takeAtOnce(caller)
        if case .refused = grant { return false }
        let isAsked = cache.serveFromStore(asked.question) { entry in
            guard let entry else {
                limiter.giveBack(caller)
                return completion(nil)
            }
            if remembered == nil { bodies.remember(body, of: tenant, asked) }
            countAdmission(of: caller)
            limiter.noteAnswered(caller)
            completion(answer(with: entry, from: .store, head, asked, grant, startedAt: started, at: timeSource.now(), date: date))
        }
        if !isAsked { limiter.giveBack(caller) }
        return isAsked
    }

    private func answer(
        with entry: MemoryEntry, from source: AnswerSource, _ head: HTTPRequest, _ asked: BodyTable.Known, _ grant: RequestLimiter.Grant,
        startedAt started: Duration, at now: Timestamp, date: String
    ) -> ByteBuffer {
        let answer = entry.answer
        let elapsed = timeSource.uptime() - started
        let age = now - answer.storedAt
        let requestID = RequestIdentifier.accept(head.headerFields[.requestID])
        var event = UsageEvent(
            finishedAt: now, result: .hit, language: answer.language, category: answer.category, source: source, duration: elapsed)
        event.addSavings(of: answer, age: age)
        let span = tracer.map { RequestSpan.identity(ofHit: head.headerFields, tracer: $0) }
        reporter.report(
            event, question: asked.question, query: asked.query, customer: asked.customer, confidence: answer.currentConfidence,
            requestID: requestID, trace: span?.context ?? RequestSpan.callersTrace(ofHit: head.headerFields))
        requestDuration.observe(elapsed)
        if let shadow { shadow.noteHit(answer, to: asked.question, asked: asked.query) }
        if let tracer, let span, span.isSampled {
            HitSpans.record(span, source: source, started: started, elapsed: elapsed, now: now, tracer: tracer)
        }
        return render(
            entry.rendered, answer, from: source, grant, now: now, age: age, elapsed: elapsed, requestID: requestID, date: date)
    }

    private func read(_ body: ByteBuffer, of tenant: Tenant) -> BodyTable.Known? {
        guard let query = QueryBodyScanner.scan(body.readableBytesView),
            let text = CacheQuery.trimmed(query.query, maximumCharacters: maximumCharacters)
        else { return nil }
        return BodyTable.Known(
            question: identifier.identify(text, language: query.language, by: tenant), query: text,
            customer: reporter.customer(query.customer))
    }

    private func render(
        _ rendered: [UInt8], _ answer: CachedAnswer, from source: AnswerSource, _ grant: RequestLimiter.Grant, now: Timestamp,
        age: Duration, elapsed: Duration, requestID: String, date: String
    ) -> ByteBuffer {
        var tail: [UInt8] = []
        tail.reserveCapacity(64)
        QueryResponse.close(&tail, source: source, responseTime: elapsed)
        let bodyBytes = rendered.count + tail.count
        var bytes = ByteBufferAllocator().buffer(capacity: Self.headCapacity + bodyBytes)
        var list = AnswerHeaders.list(
            cacheStatus: CacheStatus.hit(ttl: answer.lifetime.remainingSeconds(at: now)).header,
            ageSeconds: age.components.seconds, requestID: requestID, bodyBytes: bodyBytes, responseTime: elapsed)
        if case .granted(let limits, let standing) = grant { list += limits.fields(standing) }
        AnswerHeaders.writeHead(list, date: date, to: &bytes)
        bytes.writeBytes(rendered)
        bytes.writeBytes(tail)
        return bytes
    }

    /// Enough for a head whose request identifier has the usual length, so that the buffer rarely grows.
    private static let headCapacity = 384
}
