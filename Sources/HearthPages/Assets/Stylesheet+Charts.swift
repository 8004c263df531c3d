extension Stylesheet {
    static let charts = """
        svg { direction: ltr; overflow: visible; }
        .chart { display: block; inline-size: 100%; block-size: auto; max-block-size: 22rem; margin-block: .4rem; }
        .trend { display: block; inline-size: 8rem; block-size: 1.75rem; margin-block-start: .25rem; }
        .cell { direction: inherit; inline-size: 3.75rem; block-size: .5rem; margin-inline-end: .5rem; }
        .strip { block-size: 1rem; }
        text { font: 12px system-ui, sans-serif; fill: var(--quiet); font-variant-numeric: tabular-nums; }
        .name { fill: var(--ink); }
        .grid { stroke: var(--rule); }
        .axis { stroke: var(--line); }
        .threshold { stroke: var(--warn); stroke-width: 1.5; }
        .limit { fill: var(--warn); }
        .band { fill: var(--shade); }
        .series { fill: none; stroke: var(--s1); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .net { stroke: var(--ink); }
        .dot { fill: var(--s1); }
        .few { fill: var(--panel); stroke: var(--s1); stroke-width: 1.5; }
        .event line { stroke: var(--mark); }
        .event path { fill: var(--mark); }
        .hover { fill: none; pointer-events: all; }
        .f1 { fill: var(--s1); }
        .f2, .f3, .f4 { stroke-width: .5; }
        .f2 { stroke: var(--s2); }
        .f3 { stroke: var(--s3); }
        .f4 { stroke: var(--s4); }
        .p2 { fill: var(--s2); }
        .p3 { fill: var(--s3); }
        .p4 { fill: var(--s4); }
        .q { fill: var(--panel); opacity: .55; }
        .open { opacity: .65; stroke: var(--ink); }
        .series.open { stroke: var(--s1); opacity: 1; }
        .mark { fill: none; stroke: currentColor; stroke-width: 1.6; }
        .mark.success, .mark.timeout, .mark.running { fill: currentColor; }
        .over { stroke: var(--ink); }
        .bin { fill: currentColor; }
        .span { fill: currentColor; opacity: .45; }
        .success { color: var(--good); }
        .failure, .timeout, .missed { color: var(--warn); }
        .running { color: var(--mark); }
        .skipped, .cancelled, .waiting { color: var(--quiet); }
        .planned { stroke: var(--line); color: var(--quiet); }
        .bin.planned { fill: none; }
        .now { stroke: var(--ink); stroke-width: 1.5; }
        .here { fill: var(--ink); font-weight: 650; }
        .lanes { margin-block: .5rem; }
        .row { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .5rem; align-items: center; border-block-start: 1px solid var(--rule); }
        .row:first-child { border: 0; }
        .row a { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding-block: .2rem; font-size: .875rem; }
        .lane { display: block; inline-size: 100%; }
        .outcome { white-space: nowrap; }
        .cond.fine { color: var(--good); }
        .cond.firing, .cond.pending { color: var(--warn); font-weight: 650; }

        """
}
