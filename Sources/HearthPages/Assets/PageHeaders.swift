/// The header fields that go with every page and asset.
package enum PageHeaders {
    /// Nothing but our own stylesheet, script and icon; requests and forms only to ourselves; markup from text only through the
    /// script's policy.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types hearth"

    /// The request header by which the script asks for the panels only; its value is `1`.
    package static let fragmentRequest = "Hearth-Fragment"
    /// Goes with an answer 304 to such a request: the moment that the page shows as its last update.
    package static let updated = "Hearth-Updated"

    /// For pages and fragments.
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
        ("Permissions-Policy", features.map { $0 + "=()" }.joined(separator: ", ")),
    ]

    /// Everything that a browser could be asked for, but copying to the clipboard by the reader's own hand.
    private static let features = [
        "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture",
        "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
        "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access",
        "usb", "window-management", "xr-spatial-tracking",
    ]
}
