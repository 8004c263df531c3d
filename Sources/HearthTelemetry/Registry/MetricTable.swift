/// The families and label sets of a registry: a value without locks and threads.
struct MetricTable: Sendable {
    /// How a request for a label set ended.
    enum Outcome {
        case found(Instrument)
        /// There is no room; the overflow child is used and its counter says how often.
        case folded(Instrument, counter: Counter)
        /// The caller gets an instrument that is never exposed.
        case refused(MetricConflict)
    }

    private struct Family {
        let descriptor: MetricDescriptor
        var children: [MetricChild] = []
        var positions: [[String]: Int] = [:]
        var overflow: Instrument?
        var overflowCounter: Counter?
    }

    private let limits: MetricLimits
    private var families: [Family] = []
    private var positions: [String: Int] = [:]
    private var claimedNames: Set<String> = []
    /// Nil when something was registered since the last reading.
    private var sorted: [MetricFamilySnapshot]?
    /// How many lines the label sets make.
    private(set) var lineCount = 0

    init(limits: MetricLimits) {
        self.limits = limits
    }

    /// Finds the label set or makes it.
    mutating func instrument(
        _ descriptor: MetricDescriptor, labels: [String], make: () -> Instrument
    ) -> Outcome {
        guard labels.count == descriptor.labels.count else { return .refused(.labels) }
        let position: Int
        if let known = positions[descriptor.name] {
            let registered = families[known].descriptor
            guard registered.kind == descriptor.kind, registered.buckets == descriptor.buckets else { return .refused(.type) }
            guard registered.labels.map(\.name) == descriptor.labels.map(\.name) else { return .refused(.labels) }
            position = known
        } else {
            guard let added = addFamily(descriptor) else { return .refused(.name) }
            position = added
        }
        if let child = families[position].positions[labels] { return .found(families[position].children[child].instrument) }
        let hasRoom =
            families[position].children.count < childLimit(descriptor) && lineCount + descriptor.linesPerChild <= limits.lines
        guard hasRoom else { return fold(into: position, make: make) }
        let instrument = make()
        add(instrument, labels: labels, to: position)
        return .found(instrument)
    }

    /// The families in order of their names, their label sets in order of their values; empty families are left out.
    mutating func snapshot() -> [MetricFamilySnapshot] {
        if let sorted { return sorted }
        let result = families.filter { !$0.children.isEmpty }
            .map { MetricFamilySnapshot(descriptor: $0.descriptor, children: $0.children) }
            .sorted { $0.descriptor.name < $1.descriptor.name }
        sorted = result
        return result
    }

    /// The names that a family of this kind would take are free, and the name is one that may be exposed.
    private mutating func addFamily(_ descriptor: MetricDescriptor) -> Int? {
        let names = descriptor.claimedNames
        guard descriptor.isWellNamed, families.count < limits.families, claimedNames.isDisjoint(with: names) else { return nil }
        claimedNames.formUnion(names)
        let position = families.count
        positions[descriptor.name] = position
        families.append(Family(descriptor: descriptor))
        let isOpen = descriptor.labels.contains { !$0.isClosed }
        if isOpen, descriptor.name != MetricCatalogue.metricsOverflow.name { addOverflowCounter(to: position) }
        return position
    }

    private mutating func add(_ instrument: Instrument, labels: [String], to position: Int) {
        let descriptor = families[position].descriptor
        families[position].positions[labels] = families[position].children.count
        families[position].children.append(MetricChild(descriptor: descriptor, labelValues: labels, instrument: instrument))
        lineCount += descriptor.linesPerChild
        sorted = nil
    }

    /// Hands out the one label set that stands for all that found no room; it may exceed the limits by one per family.
    private mutating func fold(into position: Int, make: () -> Instrument) -> Outcome {
        let counter = families[position].overflowCounter ?? addOverflowCounter(to: position)
        if let overflow = families[position].overflow { return .folded(overflow, counter: counter) }
        let labels = families[position].descriptor.labels.map { _ in "other" }
        let instrument: Instrument
        if let existing = families[position].positions[labels] {
            instrument = families[position].children[existing].instrument
        } else {
            instrument = make()
            add(instrument, labels: labels, to: position)
        }
        families[position].overflow = instrument
        return .folded(instrument, counter: counter)
    }

    /// Exposes the family's overflow counter at 0, so that an alert sees its first increase.
    @discardableResult
    private mutating func addOverflowCounter(to position: Int) -> Counter {
        let counter = Counter()
        families[position].overflowCounter = counter
        let name = families[position].descriptor.name
        _ = instrument(MetricCatalogue.metricsOverflow, labels: [name]) { .counter(counter) }
        return counter
    }

    private func childLimit(_ descriptor: MetricDescriptor) -> Int {
        // One per family at most, so the limit of families is its limit.
        descriptor.name == MetricCatalogue.metricsOverflow.name ? limits.families : limits.childrenPerFamily
    }
}
