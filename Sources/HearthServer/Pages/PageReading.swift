import HTTPTypes
import HearthPages
import HearthScheduling
import HearthTelemetry
import Hummingbird

/// A request for a page, read: what is asked for, by whom, and in which language.
struct PageReading: Sendable {
    static let fragment = HTTPField.Name.known("Hearth-Fragment")

    let address: PageAddress
    let notices: [AddressNotice]
    let preferences: PagePreferences
    let language: Language
    let isFragment: Bool
    let savesData: Bool
    /// Whose figures; nil for everyone's.
    let tenant: Tenant?
    let reader: PageReader
    let serviceURL: String

    init(
        _ request: Request, view: PageView, ignoring others: Set<String> = [], tenant: Tenant?, reader: PageReader, serviceURL: String
    ) {
        var (state, notices) = PageState.parse(query: request.uri.query ?? "", ignoring: others)
        if case .named(let name) = state.zone {
            do {
                _ = try ZoneDirectory.system.rules(named: name)
            } catch {
                notices.append(AddressNotice(name: "tz", value: name))
                state.zone = .utc
            }
        }
        address = PageAddress(view: view, state: state)
        self.notices = notices
        let kept = SessionCookie.value(of: PagePreferences.cookieName, in: request.headers).map { PagePreferences(cookieValue: $0) }
        preferences = (kept ?? PagePreferences()).merged(with: state)
        language = preferences.language ?? request.headers[.acceptLanguage].flatMap { Language.negotiated(acceptLanguage: $0) } ?? .en
        isFragment = request.headers[Self.fragment] == "1"
        savesData = request.headers[.known("Save-Data")]?.lowercased() == "on"
        self.tenant = tenant
        self.reader = reader
        self.serviceURL = serviceURL
    }

    /// Seconds between two refreshes; nil for none.
    var refreshSeconds: Int? {
        switch address.state.refresh {
        case .off: return nil
        case .every(let seconds): return seconds
        case .byDefault:
            switch address.view {
            case .overview, .jobs, .job, .health: return savesData ? nil : 10
            case .savings, .questions, .run, .report, .help, .runbooks, .runbook, .signIn, .confirm, .result: return nil
            }
        }
    }

    /// Everything that decides what is in the page, but the moment.
    var renderingName: String {
        let readerName =
            switch reader {
            case .open: "open"
            case .anonymous: "anonymous"
            case .signedIn(let name, let canAct): "\(canAct) \(name)"
            }
        let notes = notices.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return [
            address.text, notes, language.rawValue, preferences.cookieValue, "\(refreshSeconds ?? 0)", tenant?.name ?? "*", readerName,
            serviceURL,
        ].joined(separator: "\n")
    }
}

extension PageZone {
    /// The clocks of a zone between two moments.
    init(_ zone: PageState.Zone, from: Timestamp, to: Timestamp) {
        switch zone {
        case .utc: self = .utc
        case .local: self = Self.read(MachineZone.name, from: from, to: to)
        case .named(let name): self = Self.read(name, from: from, to: to)
        }
    }

    private static func read(_ name: String, from: Timestamp, to: Timestamp) -> PageZone {
        guard let rules = try? ZoneDirectory.system.rules(named: name) else { return .utc }
        let offsets = rules.offsets(from: from.milliseconds / 1000, through: to.milliseconds / 1000).map { offset in
            Offset(
                from: Timestamp(seconds: max(0, offset.from)), secondsEast: Int(offset.secondsEast),
                abbreviation: Self.abbreviation(Int(offset.secondsEast)))
        }
        guard let first = offsets.first else { return .utc }
        return PageZone(name: rules.name, first: first, later: Array(offsets.dropFirst()))
    }

    /// Such as `UTC+02:00`, which everybody understands.
    private static func abbreviation(_ secondsEast: Int) -> String {
        guard secondsEast != 0 else { return "UTC" }
        let minutes = abs(secondsEast) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "UTC\(secondsEast < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
