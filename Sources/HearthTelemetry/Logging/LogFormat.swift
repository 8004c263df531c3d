/// How log lines look.
package enum LogFormat: String, CaseIterable, Sendable {
    /// One object per line, for programs.
    case json
    /// For people at a terminal.
    case text
}
