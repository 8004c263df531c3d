/// A file that pages refer to, kept in the executable.
///
/// Its path contains a fingerprint of its bytes, so that browsers may keep it for ever (`Cache-Control: max-age=31536000, immutable`).
package struct PageAsset: Sendable {
    /// With the slash in front.
    package let path: String
    package let contentType: String
    package let bytes: [UInt8]

    package static let all = [Stylesheet.asset, PageScript.asset, PageIcon.asset, PageIcon.troubledAsset]

    init(name: String, suffix: String, contentType: String, text: String) {
        bytes = Array(text.utf8)
        self.contentType = contentType
        path = "/" + ServicePath.assets + "\(name)-\(Fingerprint.of(bytes)).\(suffix)"
    }
}

/// The mark in the browser's tab.
enum PageIcon {
    /// Without the slash in front, for links relative to the service's root.
    static let path = String(asset.path.dropFirst())

    static let asset = PageAsset(name: "hearth", suffix: "svg", contentType: "image/svg+xml", text: svg)

    /// While something is missing: another shape, not only another colour.
    static let troubledPath = String(troubledAsset.path.dropFirst())

    static let troubledAsset = PageAsset(name: "hearth-troubled", suffix: "svg", contentType: "image/svg+xml", text: troubledSVG)

    private static let troubledSVG = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
        <path d="M16 2l15 27H1z" fill="#7a2e0e"/>
        <path d="M14.5 11h3l-.5 10h-2zM14.5 23h3v3h-3z" fill="#ffb347"/>
        </svg>

        """

    private static let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
        <path d="M3 29V11L16 3l13 8v18z" fill="#7a2e0e"/>
        <path d="M16 10c1 4 6 6 6 11a6 6 0 0 1-12 0c0-3 2-4 3-6 1 1 1 2 2 3 1-3 1-5 1-8z" fill="#ffb347"/>
        </svg>

        """
}
