/// A label of a metric family: its name and what its values may be.
package struct LabelDescriptor: Sendable, Equatable {
    /// Where values come from that are not known when Hearth is written; anything else is counted as `other`.
    package enum Table: String, Sendable {
        case models
        case providers
        case jobs
        case routes
        case collectors
        case families
        case build
        case library

        /// The number of different values that the series budget reckons with, `other` included.
        package var expectedCount: Int {
            switch self {
            case .models: 9
            case .providers: 4
            case .jobs: 17
            case .routes: 11
            case .collectors: 8
            case .families: 40
            case .build: 1
            case .library: 200
            }
        }
    }

    package enum Values: Sendable, Equatable {
        case closed([String])
        case configured(Table)
    }

    package let name: String
    package let values: Values

    package init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = .closed(values)
    }

    package init<Label: MetricLabel>(_ name: String, _ type: Label.Type) {
        self.init(name, Label.labelValues)
    }

    package init(_ name: String, from table: Table) {
        self.name = name
        values = .configured(table)
    }

    package var isClosed: Bool {
        if case .closed = values { true } else { false }
    }

    var expectedCount: Int {
        switch values {
        case .closed(let values): values.count
        case .configured(let table): table.expectedCount
        }
    }
}
