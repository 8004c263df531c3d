extension Stylesheet {
    static let media = """
        @media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
        @media (max-width: 34rem) {
          .lanes { min-inline-size: 40rem; }
          .chart text { font-size: 19px; }
          .chart .name { font-size: 13px; }
          .minor { display: none; }
          .tools { margin: 0; }
          .more { margin: 0; }
        }
        @media (pointer: coarse) { nav a, .links a, summary, .row a { padding-block: .65rem; } select, input, button { min-block-size: 2.75rem; } }
        @media (prefers-contrast: more) { :root { --quiet: var(--ink); --rule: var(--line); --shade: var(--panel); } .series { stroke-width: 3; } .q { opacity: .8; } }
        @media (forced-colors: active) {
          .series, .axis, .grid, .mark, .now, .planned, .threshold, .event line, .net { stroke: CanvasText; }
          .dot, .event path, text, .mark.success, .mark.timeout, .mark.running { fill: CanvasText; }
          .few, .q { fill: Canvas; }
          .series.open, .few { stroke: CanvasText; }
          .f1, .p2, .p3, .p4, .bin { fill: CanvasText; }
          .band { fill: none; stroke: CanvasText; stroke-dasharray: 1 3; }
        }
        @media print {
          :root:root { color-scheme: light; --paper: #ffffff; --panel: #ffffff; --ink: #000000; --quiet: #333333; --rule: #bbbbbb; --line: #555555; }
          header nav, .skip, .controls, .links, .ask, .acts, .screen, .aid, .updated, footer form { display: none; }
          body { font-size: 10pt; }
          main { gap: 2mm; }
          .panel { break-inside: avoid; padding: 2mm; border-color: #bbbbbb; }
          .figures .figure { font-size: 14pt; }
          details::details-content { content-visibility: visible; block-size: auto; }
          .scroll { overflow: visible; }
          a { color: inherit; text-decoration: none; }
        }

        """
}
