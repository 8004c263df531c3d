/// A closed set of values of one metric label.
///
/// `index` is the position in ``labelValues``, so that instruments are found by array index and never by hashing a string.
package protocol MetricLabel: CaseIterable, Sendable {
    /// The label values in the order of `allCases`, as they are exposed.
    static var labelValues: [String] { get }
    var index: Int { get }
}

extension MetricLabel {
    package var label: String { Self.labelValues[index] }
}

extension MetricLabel where Self: RawRepresentable, RawValue == Int {
    package var index: Int { rawValue }
}

extension MetricLabel where Self: RawRepresentable, RawValue == String {
    package static var labelValues: [String] { allCases.map(\.rawValue) }
}
