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
        ("Permissions-Policy", (features.map { $0 + "=()" } + ["clipboard-write=(self)"]).joined(separator: ", ")),
    ]

    /// Everything that a browser can be asked for, as far as it knows the names; it would complain about others. Not among them are the
    /// hints that a browser sends to who asks for them, which no answer does. Copying a link is the one exception: there is no other way
    /// to the clipboard that is not deprecated, it takes the reader's own hand, and no other site gets it.
    private static let features = [
        "accelerometer", "aria-notify", "autoplay", "browsing-topics", "camera", "captured-surface-control", "clipboard-read",
        "compute-pressure", "cross-origin-isolated", "deferred-fetch", "deferred-fetch-minimal", "digital-credentials-create",
        "digital-credentials-get", "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid",
        "identity-credentials-get", "idle-detection", "interest-cohort", "keyboard-map", "language-detector", "language-model",
        "local-fonts", "local-network", "local-network-access", "loopback-network", "magnetometer", "media-playback-while-not-visible",
        "microphone", "midi", "on-device-speech-recognition", "otp-credentials", "payment", "picture-in-picture",
        "private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create", "publickey-credentials-get",
        "screen-wake-lock", "serial", "speaker-selection", "storage-access", "summarizer", "sync-xhr", "translator", "unload", "usb",
        "window-management", "xr-spatial-tracking",
    ]
}
