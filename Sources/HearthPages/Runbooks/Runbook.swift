import CRunbooks

/// What to do about an alert: a text of the folder `runbooks/`, which is part of the executable.
package struct Runbook: Sendable {
    /// The name of its file, without `.md`; an alert has that of its runbook.
    package var name: String
    /// As in its file.
    package var markdown: String

    package init(name: String, markdown: String) {
        self.name = name
        self.markdown = markdown
    }

    /// By name.
    package static let all: [String: Runbook] = {
        var all: [String: Runbook] = [:]
        for index in 0..<hearth_runbook_count() {
            let entry = unsafe hearth_runbook_at(index)
            let bytes = unsafe UnsafeBufferPointer(start: entry.bytes, count: entry.length)
            let runbook = unsafe Runbook(name: String(cString: entry.name), markdown: String(decoding: bytes, as: UTF8.self))
            all[runbook.name] = runbook
        }
        return all
    }()

    /// The one that leads to all others.
    private static let index = "index"

    /// What a view shows; nil where there is none, and for views that show none.
    package static func of(_ view: PageView) -> Runbook? {
        switch view {
        case .runbooks: all[index]
        case .runbook(let name): name == index ? nil : all[name]
        case .overview, .savings, .questions, .jobs, .job, .run, .health, .report, .help, .signIn, .confirm, .result: nil
        }
    }

    var view: PageView { name == Self.index ? .runbooks : .runbook(name) }

    /// In the repository.
    var path: String { "runbooks/\(name).md" }

    /// The runbook that a path of the repository such as `runbooks/HearthStoreDown.md` names; nil where it names none.
    static func named(byPath path: String) -> Runbook? {
        let folder = "runbooks/", suffix = ".md"
        guard path.hasPrefix(folder), path.hasSuffix(suffix) else { return nil }
        return all[String(path.dropFirst(folder.count).dropLast(suffix.count))]
    }
}
