/// The header fields that go with every page and asset.
package enum PageHeaders {
    /// Nothing but our own stylesheet, script and icon; nothing inline, no frame, no form elsewhere, and one policy by which the script may
    /// put the server's own parts into the page.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types hearth"

    /// For pages.
    package static let page: [(name: String, value: String)] =
        common + [
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", contentSecurityPolicy),
            ("Cache-Control", "no-store"), ("Vary", "Accept, Accept-Language, Cookie, Hearth-Fragment"),
        ]

    /// For ``PageAsset/all``, beside the asset's own content type.
    package static let asset: [(name: String, value: String)] = common + [("Cache-Control", "public, max-age=31536000, immutable")]

    private static let common: [(name: String, value: String)] = [
        ("X-Content-Type-Options", "nosniff"),
        // Not no-referrer: with it browsers send `Origin: null` on the page's own forms.
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        (
            "Permissions-Policy",
            "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
                + "payment=(), usb=(), xr-spatial-tracking=()"
        ),
    ]
}
