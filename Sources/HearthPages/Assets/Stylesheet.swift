/// The one stylesheet of all pages.
///
/// Only logical properties, so that pages in right-to-left scripts need no second one. Colours are variables with a pair for each
/// scheme; the tests compute the contrast of every pair that is used (WCAG 2.2, 1.4.3 and 1.4.11).
package enum Stylesheet {
    /// Without the slash in front, for links relative to the service's root.
    package static let path = String(asset.path.dropFirst())
    package static var bytes: [UInt8] { asset.bytes }

    static let asset = PageAsset(name: "hearth", suffix: "css", contentType: "text/css; charset=utf-8", text: text)

    static let text = palette + frame + charts + tables + media
}
