import Mustache

/// A page: the frame that all pages share around a body of its own.
struct PageTemplate: Sendable {
    private let template: MustacheTemplate

    /// - Parameter body: the inside of `<main>`, as Mustache.
    init(body: StaticString) {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        do {
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(HTMLText.name)}}" + Self.head + "\(body)" + Self.foot)
        } catch {
            preconditionFailure("PageTemplate: a template written in the source does not parse: \(error)")
        }
    }

    func render(_ values: [String: Any]) -> [UInt8] {
        let frame: [String: Any] = [
            "stylesheet": Stylesheet.path, "icon": PageIcon.path, "overview": ServicePath.pages, "reference": ServicePath.reference,
            "metrics": ServicePath.metrics, "openAPI": ServicePath.openAPI,
        ]
        return Array(template.render(frame.merging(values) { _, own in own }).utf8)
    }

    /// Addresses are relative, by way of `base`, so that the pages work below a path prefix of a proxy.
    private static let head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>{{title}}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="stylesheet" href="{{base}}{{stylesheet}}">
        <link rel="icon" type="image/svg+xml" href="{{base}}{{icon}}">
        </head>
        <body>
        <a class="skip" href="#main">Skip to content</a>
        <header>
        <p class="brand">Hearth</p>
        <nav aria-label="Pages">
        <ul>
        <li><a href="{{base}}{{overview}}"{{#isOverview}} aria-current="page"{{/isOverview}}>Overview</a></li>
        <li><a href="{{base}}{{reference}}"{{#isReference}} aria-current="page"{{/isReference}}>API reference</a></li>
        <li><a href="{{base}}{{metrics}}">Metrics</a></li>
        <li><a href="{{base}}{{openAPI}}">OpenAPI document</a></li>
        </ul>
        </nav>
        </header>
        <main id="main" class="text">

        """

    private static let foot = """
        </main>
        <footer>
        <p>{{footer}}</p>
        </footer>
        </body>
        </html>

        """
}
