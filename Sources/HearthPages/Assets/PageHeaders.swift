/// The header fields that go with every page and asset.
package enum PageHeaders {
    /// Nothing but our own stylesheet and icon; no script, no frame, no form elsewhere.
    package static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// For pages.
    package static let page: [(name: String, value: String)] =
        common + [
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", contentSecurityPolicy),
            ("Cache-Control", "no-store"), ("Vary", "Accept"),
        ]

    /// For ``PageAsset/all``, beside the asset's own content type.
    package static let asset: [(name: String, value: String)] = common + [("Cache-Control", "public, max-age=31536000, immutable")]

    private static let common: [(name: String, value: String)] = [
        ("X-Content-Type-Options", "nosniff"),
        // Not no-referrer: with it browsers send `Origin: null` on the page's own forms.
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]
}
