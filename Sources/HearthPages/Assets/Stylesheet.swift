/// The one stylesheet of all pages.
///
/// Only logical properties, so that pages in right-to-left scripts need no second one. Colours are variables with a pair for each
/// scheme; the tests compute the contrast of every pair that is used (WCAG 2.2, 1.4.3 and 1.4.11).
package enum Stylesheet {
    /// Without the slash in front, for links relative to the service's root.
    package static let path = String(asset.path.dropFirst())
    package static var bytes: [UInt8] { asset.bytes }

    static let asset = PageAsset(name: "hearth", suffix: "css", contentType: "text/css; charset=utf-8", text: text)

    static let text = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff;
          --panel: #f5f3f0;
          --ink: #1d1a17;
          --quiet: #5a534c;
          --line: #857c73;
          --link: #8a3309;
          --good: #1b6b35;
          --warn: #8a4b00;
          --mark: #6b2fa0;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #161412;
            --panel: #221f1c;
            --ink: #f2eee9;
            --quiet: #bcb3a9;
            --line: #857c73;
            --link: #ffb37a;
            --good: #7ed99a;
            --warn: #ffc261;
            --mark: #d3b0ff;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0;
          background: var(--paper);
          color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif;
          font-variant-numeric: tabular-nums;
          overflow-wrap: break-word;
        }
        header, main, footer { max-inline-size: 72rem; margin-inline: auto; padding-inline: 1rem; }
        header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding-block: .75rem; border-block-end: 1px solid var(--line); }
        footer { margin-block-start: 2rem; padding-block: .75rem; border-block-start: 1px solid var(--line); color: var(--quiet); }
        .brand { margin: 0; font-size: 1.25rem; font-weight: 700; }
        nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; }
        nav a { display: inline-block; padding-block: .25rem; }
        nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration-thickness: 3px; }
        a { color: var(--link); }
        a:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; inset-block-start: -10rem; }
        .skip:focus { position: static; display: block; padding: .5rem 1rem; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin-block: 1rem .5rem; }
        h2 { font-size: 1.15rem; line-height: 1.3; margin-block: 2rem .5rem; }
        h3 { font-size: 1rem; margin-block: 1.5rem .25rem; }
        .status { margin-block: .5rem; padding: .5rem .75rem; background: var(--panel); border-inline-start: .35rem solid var(--good); }
        .status.degraded { border-inline-start-color: var(--warn); }
        .state { font-weight: 700; color: var(--good); }
        .degraded .state { color: var(--warn); }
        .tag { padding-inline: .4rem; border: 1px solid var(--mark); border-radius: .25rem; color: var(--mark); font-weight: 700; font-size: .875rem; }
        .quiet { color: var(--quiet); }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 0; }
        .figures div { padding: .75rem; background: var(--panel); }
        .figures dt { color: var(--quiet); }
        .figures dd { margin: 0; }
        .figures .figure { font-size: 1.75rem; line-height: 1.3; font-weight: 600; }
        .notice { padding: .75rem; border: 1px solid var(--line); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; inline-size: 100%; }
        th, td { padding-block: .3rem; padding-inline: 0 .75rem; text-align: start; vertical-align: baseline; border-block-end: 1px solid var(--line); }
        td.number, th.number { text-align: end; }
        thead th { color: var(--quiet); font-weight: 600; }
        tbody th { font-weight: 600; }
        pre { overflow-x: auto; margin-block: .5rem; padding: .75rem; background: var(--panel); }
        code, pre { font-family: ui-monospace, monospace; font-size: .9375rem; }
        td code { overflow-wrap: anywhere; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 2rem; }
        .success::before { content: "●"; color: var(--good); }
        .failure::before { content: "✕"; color: var(--warn); }
        .timeout::before { content: "◆"; color: var(--warn); }
        .running::before { content: "▶"; color: var(--mark); }
        .skipped::before { content: "▽"; color: var(--quiet); }
        .missed::before { content: "○"; color: var(--warn); }
        .cancelled::before { content: "◇"; color: var(--quiet); }
        .waiting::before { content: "▷"; color: var(--quiet); }
        .outcome::before { margin-inline-end: .4em; }
        .method { font-weight: 700; }
        @media (pointer: coarse) { nav a { padding-block: .65rem; } }
        @media (prefers-contrast: more) { :root { --quiet: var(--ink); --line: var(--ink); } }
        @media print {
          header nav, .skip { display: none; }
          body { background: #ffffff; color: #000000; }
          .figures div, .status, pre { background: none; border: 1px solid #000000; }
          .scroll { overflow: visible; }
        }

        """
}
