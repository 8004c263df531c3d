extension Stylesheet {
    static let frame = """
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
        header, main, footer, .status, body > .controls { max-inline-size: 76rem; margin-inline: auto; padding-inline: 1rem; }
        header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; padding-block: .6rem; }
        footer { margin-block-start: 1.5rem; padding-block: .75rem 1.5rem; border-block-start: 1px solid var(--rule); color: var(--quiet); font-size: .875rem; }
        footer p { margin-block: .25rem; }
        .brand { margin: 0; font-size: 1.2rem; font-weight: 700; letter-spacing: -.01em; }
        .brand a { color: inherit; text-decoration: none; }
        header nav ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 0; padding: 0; list-style: none; }
        header nav a { display: inline-block; padding: .3rem .55rem; border-radius: .4rem; text-decoration: none; }
        header nav a:hover { text-decoration: underline; }
        header nav a[aria-current] { color: var(--ink); font-weight: 650; background: var(--rule); }
        .tools { margin-inline-start: auto; font-size: .875rem; }
        a { color: var(--link); text-underline-offset: .15em; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; inset-block-start: -10rem; }
        .skip:focus { position: static; display: block; padding: .5rem 1rem; }
        .aside { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .status { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; align-items: center; }
        .status p { margin: 0; padding-block: .1rem; }
        .status .updated { color: var(--quiet); }
        .state { font-weight: 650; }
        .controls { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; margin-block: .5rem; font-size: .875rem; }
        main .controls { padding: 0; }
        .controls details[open] { display: flex; flex-wrap: wrap; gap: .4rem 1rem; }
        .more { margin-inline-start: auto; }
        select, input, button { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: .35rem; padding: .2rem .45rem; min-block-size: 1.9rem; max-inline-size: 100%; }
        button, .act { background: var(--ink); color: var(--paper); border-color: var(--ink); padding-inline: .8rem; cursor: pointer; }
        .act { display: inline-block; border-radius: .35rem; padding-block: .25rem; text-decoration: none; margin-block: .15rem; }
        button.light { background: var(--panel); color: var(--ink); }
        input[type=range] { accent-color: var(--s1); inline-size: 100%; padding: 0; border: 0; background: none; }
        .ask { display: flex; flex-wrap: wrap; gap: .4rem .75rem; align-items: center; margin-block: .5rem; }
        .ask input[type=text], .ask input[type=password] { flex: 1 1 16rem; }
        [aria-invalid] { border-color: var(--warn); border-width: 2px; }
        .problem { color: var(--warn); font-weight: 650; flex-basis: 100%; margin: 0; }
        .answer { border-inline-start: .25rem solid var(--rule); padding-inline-start: .75rem; }
        h1 { font-size: 1.15rem; line-height: 1.25; margin-block: .75rem .5rem; }
        h2 { font-size: 1rem; line-height: 1.3; margin-block: 0 .25rem; }
        h3 { font-size: .9375rem; margin-block: 1rem .25rem; }
        main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; align-items: start; }
        main > h1, main > .notices, main > p, .wide { grid-column: 1 / -1; }
        main.text { display: block; max-inline-size: 62rem; }
        main.text nav ul { columns: 2 20rem; padding-inline-start: 1.25rem; margin-block: .25rem; }
        main.text nav li { break-inside: avoid; padding-block: .1rem; }
        main.text h2 { margin-block: 2rem .25rem; font-size: 1.1rem; }
        main > h1 { margin-block: .25rem 0; }
        .panel { background: var(--panel); border: 1px solid var(--rule); border-radius: .6rem; padding: .8rem 1rem; min-inline-size: 0; block-size: 100%; }
        .panel p { margin-block: .25rem; }
        .notices { margin: 0; padding: .4rem 1rem; border: 1px solid var(--line); border-radius: .6rem; list-style: none; }
        .problems { border-color: var(--warn); }
        .note, .warn, .absent.warn { color: var(--warn); }
        .good { color: var(--good); }
        .quiet, .absent { color: var(--quiet); }
        .big { font-size: 1.25rem; font-weight: 650; }
        .tag { padding-inline: .4rem; border: 1px solid var(--mark); border-radius: .3rem; color: var(--mark); font-size: .75rem; vertical-align: middle; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); gap: .5rem 1.5rem; margin: 0; }
        .figures dt { color: var(--quiet); font-size: .875rem; }
        .figures dd { margin: 0; }
        .figures .figure { font-size: 1.9rem; line-height: 1.2; font-weight: 600; letter-spacing: -.02em; }
        .figures .quiet { font-size: .875rem; }
        .old .figure { color: var(--quiet); }
        .old .figure::after { content: " ◷"; }
        figure { margin: 0; }

        """
}
