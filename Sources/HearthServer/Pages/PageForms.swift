import Foundation
import HTTPTypes
import HearthCache
import HearthPages
import HearthScheduling
import HearthTelemetry
import Hummingbird
import NIOCore

/// What the pages' forms are sent to: signing in and out, asking, and actions with their confirmations.
struct PageForms: Sendable {
    private static let largestForm = 16 << 10

    let views: PageViews
    var services: PageServices { views.services }

    init(views: PageViews) {
        self.views = views
    }

    /// For everybody: whoever signs in has nothing yet.
    func addSessions(to group: RouterGroup<HearthRequestContext>) {
        group.get("admin/cache-analytics/sign-in", use: showSignIn)
        group.post("admin/cache-analytics/sign-in", use: signIn)
        group.post("admin/cache-analytics/sign-out", use: signOut)
    }

    func add(to group: RouterGroup<HearthRequestContext>) {
        // Where the page itself is, so that its links hold.
        group.post("admin/cache-analytics", use: ask)
        group.post("admin/cache-analytics/ask") { request, _ in
            PageAnswer.redirect(.temporaryRedirect, to: "../cache-analytics" + (request.uri.query.map { "?" + $0 } ?? ""))
        }
        group.post("admin/cache-analytics/questions", use: explain)
        group.get("admin/cache-analytics/confirm", use: confirm)
        group.post("admin/cache-analytics/actions/{action}", use: act)
        group.get("admin/cache-analytics/result", use: result)
    }

    /// The fields of a form that a page of ours has sent.
    func received(_ request: Request) async throws -> ParameterReader {
        let isOwn = RequestOrigin.isOwn(
            request.headers, authority: request.head.authority, isBehindProxy: services.configuration.listener.isBehindProxy)
        guard isOwn else {
            services.sessionInstruments.forms(.refused).increment()
            throw APIError(.forbidden, "This form was sent by another site, or by a browser that does not say by which; nothing was done.")
        }
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        guard type == "application/x-www-form-urlencoded" else {
            throw APIError(.invalidRequest, "A form must be sent as application/x-www-form-urlencoded.")
        }
        let body = try await RequestBodyReader.read(request, limit: Self.largestForm)
        return ParameterReader(form: String(decoding: body, as: UTF8.self))
    }

    // MARK: Questions

    private func limits() -> Int { services.configuration.listener.limits.queryCharacters }

    @Sendable private func ask(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        guard services.offersAsking else { throw APIError(.notFound, "Questions are asked on the page in development only.") }
        var fields = try await received(request)
        let form = read(&fields)
        let reading = try views.read(request, context, .overview)
        let content: OverviewContent
        if let text = CacheQuery.trimmed(form.question, maximumCharacters: limits()) {
            let started = services.timeSource.uptime()
            do {
                let answered = try await services.answerer.answer(
                    CacheQuery(query: text, language: form.language), by: context.caller.tenant, control: RequestCacheControl(),
                    requestID: context.requestID, trace: context.trace, startedAt: started)
                let elapsed = services.timeSource.uptime() - started
                content = await views.overview(reading, asked: AskedAnswer(answered, to: text, elapsed: elapsed))
            } catch {
                let failure = ErrorAnswer.failure(error, request: request, context: context)
                var again = form
                again.problem = failure.message
                content = await views.overview(reading, again)
            }
        } else {
            var again = form
            again.problem = "A question has 1 to \(limits()) characters."
            content = await views.overview(reading, again)
        }
        return PageAnswer.response(Pages.overview(content, in: await services.frames.frame(reading)).page)
    }

    @Sendable private func explain(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var fields = try await received(request)
        var form = read(&fields)
        let reading = try views.read(request, context, .questions)
        // What is kept is shown as it is, with its counts.
        _ = try services.tenants.administered(by: context.caller, named: nil)
        var explanation: Explanation?
        if let text = CacheQuery.trimmed(form.question, maximumCharacters: limits()) {
            let (asked, tenant, questions) = (form, context.caller.tenant, services.questions)
            explanation = await Patience.wait(atMost: PanelShelf.patience) {
                await questions.explain(text, language: asked.language, category: asked.category, by: tenant)
            }
            if explanation == nil { form.problem = "The store of answers does not answer in time. Ask again." }
        } else {
            form.problem = "A question has 1 to \(limits()) characters."
        }
        let content = await views.questions(reading, form, explanation)
        return PageAnswer.response(Pages.questions(content, in: await services.frames.frame(reading)).page)
    }

    private func read(_ fields: inout ParameterReader) -> AskForm {
        AskForm(
            question: fields.text("question") ?? "", language: fields.text("language").flatMap { Language(rawValue: $0) },
            category: fields.text("category").flatMap { ResponseCategory(rawValue: $0) })
    }

    // MARK: Actions

    @Sendable private func confirm(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        guard let action = parameters.text("action").flatMap({ PageAction(rawValue: $0) }) else {
            throw APIError(.invalidRequest, "The action is unknown.")
        }
        let reading = try actionReading(request, context, .confirm)
        parameters.ignore(PageState.parameterNames)
        let problem = parameters.text("problem").flatMap { Problem(rawValue: $0) }
        let space = try services.tenants.administered(by: context.caller, named: nil)
        let order = try ActionOrder(action, &parameters, in: space)
        let effect = try await effect(of: order, in: space)
        let token = services.seal(context).token(for: order.action.rawValue, order.bound, at: services.timeSource.now())
        let content = ConfirmContent(
            action: order.action, parameters: order.parameters, effect: effect, token: token,
            command: order.command(serviceURL: reading.serviceURL), wordToType: order.wordToType,
            problem: problem.map { $0.words(order) }, back: order.back)
        return PageAnswer.response(Pages.confirm(content, in: await services.frames.frame(reading)).page)
    }

    /// As a panel, so that a store that hangs costs the figures and not the page.
    private func effect(of order: ActionOrder, in space: AnswerSpace) async throws -> Panel<ConfirmContent.Effect> {
        let name = "effect \(order.action.rawValue) \(space) \(order.bound)"
        let panel: Panel<Result<ConfirmContent.Effect, any Error>> = await services.frames.shelf.panel(name) { [actor = services.actor] in
            do { return .success(try await actor.effect(of: order, in: space)) } catch { return .failure(error) }
        }
        // What is not there is told as such; what was found before a failure is not shown instead.
        if case .failure(let error) = panel.content { throw error }
        return panel.map { (try? $0.get()) ?? .init() }
    }

    /// Why a form was not let through; it is confirmed again, and the page says so.
    private enum Problem: String {
        case expired
        case word
        case repeated

        func words(_ order: ActionOrder) -> String {
            switch self {
            case .expired: "The confirmation is too old, or was not made for this; confirm it again."
            case .word: "Type the word \(order.wordToType ?? "") to confirm."
            case .repeated: "This confirmation was used before; what it confirmed was done once."
            }
        }
    }

    private func again(_ order: ActionOrder, _ problem: Problem, _ context: HearthRequestContext) -> Response {
        context.act?.note(status: problem == .repeated ? 409 : 400)
        let pairs = [("action", order.action.rawValue)] + order.bound.map { ($0.name, $0.value) } + [("problem", problem.rawValue)]
        let query = pairs.map { $0.0 + "=" + ($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "") }
        return PageAnswer.redirect(.seeOther, to: "../confirm?" + query.joined(separator: "&"))
    }

    private func actionReading(_ request: Request, _ context: HearthRequestContext, _ view: PageView) throws -> PageReading {
        guard context.caller.scopes.contains(.admin) || services.access.isOpen else {
            var failure = APIError(.forbidden, "The credential \(context.caller.credential) lacks the scope admin, which actions need.")
            failure.lackingScope = Scope.admin.rawValue
            throw failure
        }
        return PageReading(
            request, view: view, ignoring: Set(ActionOrder.names + ["action", "id", "problem"]), tenant: nil,
            reader: PageIdentity.reader(of: context.caller, isOpen: services.access.isOpen),
            serviceURL: PageIdentity.serviceURL(of: request, services.configuration.listener))
    }

    @Sendable private func act(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        guard let action = context.parameters.get("action").flatMap({ PageAction(rawValue: $0) }) else {
            throw APIError(.notFound, "There is no such action.")
        }
        let space = try services.tenants.administered(by: context.caller, named: nil)
        var fields = try await received(request)
        let (token, word) = (fields.text("token"), fields.text("word"))
        fields.ignore(PageState.parameterNames.union(["action"]))
        let order = try ActionOrder(action, &fields, in: space)
        note(order, context)
        let seal = services.seal(context)
        guard
            let accepted = token.flatMap({ seal.check($0, for: action.rawValue, order.bound, at: services.timeSource.now()) })
        else {
            services.sessionInstruments.forms(.refused).increment()
            return again(order, .expired, context)
        }
        if let needed = order.wordToType, word.map(SettingText.trimmed) != needed {
            return again(order, .word, context)
        }
        do {
            guard try await services.sessions.use(accepted.fingerprint, until: accepted.endsAt) else {
                services.sessionInstruments.forms(.repeated).increment()
                return again(order, .repeated, context)
            }
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(
                .storeUnavailable, "It cannot be noted that this was confirmed, so nothing was done. Try again.", retryAfterSeconds: 5)
        }
        services.sessionInstruments.forms(.accepted).increment()
        var outcome: PageActor.Deed
        do {
            outcome = try await services.actor.perform(order, by: context.caller, in: space)
        } catch {
            let failure = ErrorAnswer.failure(error, request: request, context: context)
            context.act?.note(status: failure.status.code)
            outcome = PageActor.Deed(outcome: .refused(reason: failure.message))
        }
        if let entries = outcome.entries { context.act?.note(entries: entries) }
        if case .alreadyRunning = outcome.outcome { context.act?.note(status: 409) }
        let sealed = SealedResult(order, outcome)
        guard let id = seal.close(JSONBody.encode(sealed)) else {
            throw APIError(.internalError, "It was done, and its result cannot be shown.")
        }
        return PageAnswer.redirect(.seeOther, to: "../result?id=" + id)
    }

    private func note(_ order: ActionOrder, _ context: HearthRequestContext) {
        context.act?.note(action: order.auditAction)
        for parameter in order.parameters {
            switch parameter.name {
            case "job": context.act?.note("job", JobSettings.known.contains { $0.name == parameter.value } ? parameter.value : "unknown")
            case "tag": context.act?.note("tag", "given")
            default: context.act?.note(parameter.name, parameter.value)
            }
        }
    }

    @Sendable private func result(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let reading = try actionReading(request, context, .result)
        guard let id = request.uri.queryParameters["id"], let bytes = services.seal(context).open(String(id)),
            let content = SealedResult.content(of: bytes)
        else { throw APIError(.notFound, "This result belongs to another session, or to none.") }
        return PageAnswer.response(Pages.result(content, in: await services.frames.frame(reading)).page)
    }
}
