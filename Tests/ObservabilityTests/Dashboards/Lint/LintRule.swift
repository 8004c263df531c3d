/// What is wrong where.
struct Finding: Sendable, Equatable, CustomStringConvertible {
    var rule: LintRule
    var board: String
    /// The title of the panel, or the name of the annotation or the variable; empty for the dashboard as a whole.
    var owner = ""
    var detail: String

    var description: String { "\(rule.rawValue): \(board), \(owner.isEmpty ? "dashboard" : owner): \(detail)" }
}

/// What the lint looks at. Names without `hearth` are those of Grafana's dashboard-linter, with its conditions.
enum LintRule: String, CaseIterable, Sendable {
    /// One variable for the data source, named `datasource`.
    case dataSourceVariable = "template-datasource-rule"
    /// The variable `job`: a query, many values, all as `.+`.
    case jobVariable = "template-job-rule"
    case instanceVariable = "template-instance-rule"
    /// Variables ask by `label_values` with a series that parses.
    case variableQuery = "template-label-promql-rule"
    /// Variables are read again when the time range changes.
    case variableRefresh = "template-on-time-change-reload-rule"
    /// Panels take their data from the variable.
    case panelSource = "panel-datasource-rule"
    case panelTexts = "panel-title-description-rule"
    case panelTargets = "panel-no-targets-rule"
    /// A unit that is known, or names for the values.
    case panelUnit = "panel-units-rule"
    /// promtool takes every query, with the variables put in.
    case syntax = "target-promql-rule"
    /// Rates use `$__rate_interval`.
    case rateInterval = "target-rate-interval-rule"
    case jobMatcher = "target-job-rule"
    case instanceMatcher = "target-instance-rule"
    /// Counters stand in rate, irate or increase, and nothing else does.
    case counter = "target-counter-agg-rule"
    case editable = "uneditable-dashboard"
    /// Families, labels, their values and bounds are those of the catalogue.
    case catalogue = "hearth-catalogue-rule"
    /// Increases are over `$__rate_interval` or `$__range`.
    case increaseRange = "hearth-increase-range-rule"
    /// What is shown as seconds is seconds.
    case unitOfQuantity = "hearth-unit-rule"
    /// Nothing refers to one Grafana's own objects.
    case selfContained = "hearth-self-contained-rule"
    case unique = "hearth-unique-rule"
    /// Legends tell all series apart, by labels that they still have.
    case legend = "hearth-legend-rule"
    /// No sum or mean of quotients and quantiles.
    case averagedRatio = "hearth-averaged-ratio-rule"
    /// Thresholds are those of the alerts that the description names.
    case threshold = "hearth-threshold-rule"
    /// Every family is on a board, or it is said why not.
    case charted = "hearth-charted-rule"
    case sortedKeys = "hearth-sorted-keys-rule"
    /// What all boards have in common.
    case frame = "hearth-frame-rule"
}
