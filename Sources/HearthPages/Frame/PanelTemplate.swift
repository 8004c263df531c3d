import Mustache

/// A piece of HTML with places for values, which are escaped.
///
/// The unescaped form is used for charts only, whose text the chart has escaped itself; a test looks for others.
struct PanelTemplate: Sendable {
    let source: String
    private let template: MustacheTemplate

    init(_ source: StaticString) {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        self.source = "\(source)"
        do {
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(HTMLText.name)}}" + self.source)
        } catch {
            preconditionFailure("PanelTemplate: a template written in the source does not parse: \(error)")
        }
    }

    func render(_ values: Values, in context: PageContext) -> String {
        let shared: Values = ["t": context.text, "root": context.root]
        return template.render(shared.merging(values) { _, own in own }, library: Self.partials)
    }

    /// Templates that others include by name.
    private static let partials: MustacheLibrary = {
        var templates: [String: MustacheTemplate] = [:]
        for (name, source) in Templates.partials {
            do {
                templates[name] = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(HTMLText.name)}}" + source)
            } catch {
                preconditionFailure("PanelTemplate: the partial \(name) does not parse: \(error)")
            }
        }
        return MustacheLibrary(templates: templates)
    }()
}

/// The templates, in extensions by topic.
enum Templates {
    /// Named pieces that more than one template has.
    static let partials: [String: String] = [
        "figure": figure, "table": table, "outcome": outcome, "time": time, "option": option, "state": hiddenState,
        "links": links, "runbook": runbook,
    ]

    /// A chart with its heading, its message, its figures as a table, and links.
    private static let figure = """
        <figure>
        <figcaption><h2 id="{{id}}-h">{{heading}}</h2>{{#note}}<p class="note">{{note}}</p>{{/note}}<p id="{{id}}-c">{{caption}}</p></figcaption>
        {{{svg}}}
        {{#hasTable}}<details class="data"><summary>{{t.asTable}}</summary>
        {{#table}}{{> table}}{{/table}}</details>{{/hasTable}}
        {{> links}}
        </figure>

        """

    /// What ``PanelFoot`` says.
    private static let links = """
        <p class="links">{{#links}}<a href="{{href}}" aria-label="{{label}}"{{#isCopied}} class="copy"{{/isCopied}}>{{name}}</a> {{/links}}</p>
        """

    /// A link, or a path of the repository that leads nowhere from here.
    private static let runbook = """
        {{#isLink}}<a href="{{href}}">{{t.runbook}}: <bdi>{{name}}</bdi></a>{{/isLink}}{{^isLink}}{{t.runbook}}: <code dir="ltr">{{name}}</code>{{/isLink}}
        """

    private static let table = """
        <div class="scroll" role="region" aria-label="{{label}}" tabindex="0"><table>
        <thead><tr>{{#columns}}<th scope="col"{{#isNumber}} class="number"{{/isNumber}}>{{name}}</th>{{/columns}}</tr></thead>
        <tbody>{{#rows}}
        <tr><th scope="row">{{head}}</th>{{#cells}}<td class="number">{{.}}</td>{{/cells}}</tr>{{/rows}}
        </tbody></table></div>

        """

    private static let outcome = """
        <span class="outcome {{kind}}"><span aria-hidden="true">{{sign}}</span> {{word}}</span>
        """

    private static let time = """
        <time datetime="{{iso}}">{{text}}</time>
        """

    /// One of what a `select` offers.
    private static let option = """
        <option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>
        """

    /// The state of the address for forms that lead back to the same view.
    private static let hiddenState = """
        {{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
        """

    static let absent = PanelTemplate(
        """
        <h2>{{heading}}</h2>
        <p class="absent">{{sentence}} <a href="{{help}}">{{t.whatToDo}}</a> {{#runbook}}{{> runbook}}{{/runbook}}</p>

        """)
}
