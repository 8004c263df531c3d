package import HearthTelemetry

/// What the query of a page's address says; equal states have equal addresses.
package struct PageState: Sendable, Hashable {
    package var range: PageRange = .day
    package var language: Language?
    package var category: ResponseCategory?
    package var job: String?
    package var outcome: JobOutcome?
    /// A word of the API, one of ``triggers``.
    package var trigger: String?
    /// The cursor of a list of runs.
    package var before: String?
    package var refresh: Refresh = .byDefault
    package var zone: Zone = .utc
    /// The language of the page's own words.
    package var ui: Language?
    package var theme: PageTheme?
    package var month: CivilMonth?
    /// Whether the keys 1 to 6 lead to the views; nil as it was chosen before.
    package var hasKeys: Bool?

    package init() {}

    package enum Refresh: Sendable, Hashable {
        /// Ten seconds on pages that show what happens now, unless the browser saves data.
        case byDefault
        case off
        /// One of ``PageState/intervals``.
        case every(seconds: Int)
    }

    package enum Zone: Sendable, Hashable {
        case utc
        /// That of the machine that Hearth runs on.
        case local
        /// An IANA name; whether it exists is for who knows zones.
        case named(String)
    }

    package static let intervals = [5, 10, 30, 60]
    package static let triggers = APISchema.triggers

    /// The longest value that is looked at; longer ones are faulty.
    static let longestValue = 200
}

/// A parameter of the address that was not understood.
package struct AddressNotice: Sendable, Hashable {
    package var name: String
    package var value: String
    /// False for parameters that no page has.
    package var isKnown: Bool

    package init(name: String, value: String, isKnown: Bool = true) {
        self.name = name
        self.value = value
        self.isKnown = isKnown
    }
}

/// A view and its state: what an address says.
package struct PageAddress: Sendable, Hashable {
    package var view: PageView
    package var state: PageState

    package init(view: PageView, state: PageState = PageState()) {
        self.view = view
        self.state = state
    }

    /// From the service's root, without the slash in front; defaults are left out.
    package var text: String {
        let query = state.query
        return ServicePath.pages + view.path + (query.isEmpty ? "" : "?" + query)
    }
}
