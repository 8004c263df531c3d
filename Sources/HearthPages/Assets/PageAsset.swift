/// A file that pages refer to, kept in the executable.
///
/// Its path contains a fingerprint of its bytes, so that browsers may keep it for ever (`Cache-Control: max-age=31536000, immutable`).
package struct PageAsset: Sendable {
    /// With the slash in front.
    package let path: String
    package let contentType: String
    package let bytes: [UInt8]

    package static let all = [Stylesheet.asset, PageIcon.asset]

    init(name: String, suffix: String, contentType: String, text: String) {
        bytes = Array(text.utf8)
        self.contentType = contentType
        path = "/" + ServicePath.assets + "\(name)-\(Self.fingerprint(bytes)).\(suffix)"
    }

    /// FNV-1a with 64 bits (Fowler, Noll, Vo): it tells versions apart; nobody is to be convinced by it.
    private static func fingerprint(_ bytes: [UInt8]) -> String {
        let hash: UInt64 = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The mark in the browser's tab.
enum PageIcon {
    /// Without the slash in front, for links relative to the service's root.
    static let path = String(asset.path.dropFirst())

    static let asset = PageAsset(name: "hearth", suffix: "svg", contentType: "image/svg+xml", text: svg)

    private static let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
        <path d="M3 29V11L16 3l13 8v18z" fill="#7a2e0e"/>
        <path d="M16 10c1 4 6 6 6 11a6 6 0 0 1-12 0c0-3 2-4 3-6 1 1 1 2 2 3 1-3 1-5 1-8z" fill="#ffb347"/>
        </svg>

        """
}
