extension Stylesheet {
    static let tables = """
        .scroll { overflow-x: auto; position: relative; }
        table { border-collapse: collapse; inline-size: 100%; font-size: .875rem; }
        th, td { padding-block: .3rem; padding-inline: 0 1rem; text-align: start; vertical-align: top; border-block-end: 1px solid var(--rule); font-weight: 400; }
        tr:last-child > * { border-block-end: 0; }
        thead th { color: var(--quiet); white-space: nowrap; border-block-end-color: var(--line); }
        tbody th { font-weight: 600; }
        tbody th .quiet { font-weight: 400; }
        .number { text-align: end; white-space: nowrap; }
        tbody th { min-inline-size: 7rem; }
        tbody th bdi { display: inline-block; max-inline-size: 34rem; overflow-wrap: anywhere; }
        .heat { border-inline-start: .35rem solid var(--rule); }
        .h1, .h2 { border-inline-start-color: var(--warn); }
        .h3 { border-inline-start-color: var(--line); }
        .h4, .h5 { border-inline-start-color: var(--s1); }
        .acts { white-space: normal; }
        td a, th a { display: inline-block; min-block-size: 1.5rem; }
        td.acts a { white-space: nowrap; margin-inline-end: .5rem; }
        summary { cursor: pointer; padding-block: .2rem; }
        .data, .links { font-size: .875rem; }
        .links a { padding-block: .15rem; }
        .links { display: flex; flex-wrap: wrap; gap: .25rem .9rem; }
        .links .copy { cursor: copy; }
        .aid { font-size: .875rem; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr)); gap: .3rem 1rem; margin-block: .5rem; }
        .facts dt { color: var(--quiet); font-size: .8125rem; }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .help > div { padding-block: .4rem; border-block-end: 1px solid var(--rule); }
        .help > div:target { background: var(--shade); }
        .help dt { font-weight: 650; }
        .help dd { margin: 0; max-inline-size: 70ch; }
        .steps, .course, .upcoming, .top, .effects { padding-inline-start: 1.5rem; margin-block: .25rem; }
        .effects { font-size: 1.1rem; }
        .steps .stopped { color: var(--warn); }
        .plain { list-style: none; padding: 0; }
        meter { inline-size: 7rem; }
        pre { overflow-x: auto; white-space: pre-wrap; margin-block: .4rem; padding: .6rem .75rem; background: var(--paper); border: 1px solid var(--rule); border-radius: .4rem; }
        code, pre { font-family: ui-monospace, monospace; font-size: .8125rem; }
        code { overflow-wrap: anywhere; }
        .runbook > p, .runbook li { max-inline-size: 80ch; }
        .runbook > h2 { margin-block-start: 1.25rem; }
        .method { font-weight: 700; }

        """
}
