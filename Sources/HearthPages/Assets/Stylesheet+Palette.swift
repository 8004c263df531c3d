extension Stylesheet {
    static let palette =
        light + """
            @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { \(dark) } }
            :root[data-theme=light] { color-scheme: light; }
            :root[data-theme=dark] { color-scheme: dark; \(dark) }

            """

    private static let light = """
        :root {
          color-scheme: light dark;
          --paper: #fbfaf8;
          --panel: #ffffff;
          --ink: #1f1b17;
          --quiet: #5d554d;
          --rule: #e4dfd8;
          --line: #82786e;
          --link: #8a3309;
          --good: #1b6b35;
          --warn: #9c3c00;
          --mark: #6b2fa0;
          --s1: #0f6a8b;
          --s2: #b0520a;
          --s3: #7a4fb0;
          --s4: #6b6459;
          --shade: #cfe3ea;
        }

        """

    /// Written twice, since a choice of the reader and one of the system cannot share a rule.
    static let dark = """
        --paper: #141210;
        --panel: #1d1a17;
        --ink: #f2eee9;
        --quiet: #b9b0a6;
        --rule: #37322d;
        --line: #8b8177;
        --link: #ffb37a;
        --good: #7ed99a;
        --warn: #ffb45c;
        --mark: #d3b0ff;
        --s1: #6cc4e4;
        --s2: #f3a35c;
        --s3: #c3a3f0;
        --s4: #a89f94;
        --shade: #24414c;
        """
}
