extension Templates {
    /// Up to the status line. Addresses are relative, by way of `root`, so that pages work below a path prefix of a proxy.
    static let head = PanelTemplate(
        """
        <!doctype html>
        <html lang="{{lang}}" dir="{{dir}}"{{#theme}} data-theme="{{theme}}"{{/theme}}>
        <head>
        <meta charset="utf-8">
        <title>{{title}}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="stylesheet" href="{{root}}{{stylesheet}}">
        <link rel="icon" type="image/svg+xml" href="{{root}}{{icon}}">
        <script src="{{root}}{{script}}" defer></script>
        {{#metaRefresh}}<noscript><meta http-equiv="refresh" content="{{metaRefresh}}"></noscript>{{/metaRefresh}}
        </head>
        <body>
        <a class="skip" href="#main">{{t.skip}}</a>
        <header>
        <p class="brand"><a href="{{brand}}">Hearth</a>{{#isSimulated}} <strong class="tag">{{t.simulated}}</strong>{{/isSimulated}}</p>
        <nav aria-label="{{t.pages}}"><ul>
        {{#views}}
        <li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a></li>
        {{/views}}
        </ul></nav>
        <nav class="tools" aria-label="{{t.display}}"><ul>
        {{#languages}}
        <li><a href="{{href}}" lang="{{code}}" hreflang="{{code}}"{{#isCurrent}} aria-current="true"{{/isCurrent}}>{{code}} <span class="aside">{{name}}</span></a></li>
        {{/languages}}
        <li><a href="{{otherTheme}}">{{other}}</a></li>
        </ul></nav>
        </header>
        <div id="live" hidden{{#refresh}} data-seconds="{{refresh}}"{{/refresh}}{{#hasKeys}} data-keys="on"{{/hasKeys}} data-address="{{address}}" data-at="{{updated}}" data-state="{{state}}" data-pause="{{t.pause}}" data-resume="{{t.resumeRefresh}}" data-new="{{t.newData}}" data-silent="{{t.noAnswerSince}}" data-ended="{{t.shutDownSince}}" data-updated="{{t.updatedAt}}" data-aid="{{t.readingAid}}" data-print="{{t.printPage}}" data-copy="{{t.copyLink}}" data-copied="{{t.copied}}"></div>
        <p class="aside" id="say" role="status"></p>

        """)

    static let statusLine = PanelTemplate(
        """
        <p><span class="{{#isWell}}good{{/isWell}}{{^isWell}}warn{{/isWell}} state"><span aria-hidden="true">{{sign}}</span> {{sentence}}</span>{{#complete}} · <bdi>{{complete}}</bdi>{{/complete}} · <bdi>{{replicas}}</bdi> · <bdi>{{version}}</bdi> · <bdi>{{profile}}</bdi></p>
        {{#isPartial}}<p class="warn">{{t.replicasSilent}}</p>{{/isPartial}}
        {{#reasons}}<p class="quiet"><bdi lang="en">{{component}}: {{reason}}</bdi></p>
        {{/reasons}}

        """)

    static let controls = PanelTemplate(
        """
        {{#hasControls}}
        <form class="controls" method="get" action="{{action}}" aria-label="{{t.display}}">
        {{#ranges}}<label>{{t.rangeLabel}} <select name="range">{{#options}}{{> option}}{{/options}}</select></label>{{/ranges}}
        {{#languages}}<label>{{t.languageLabel}} <select name="language">{{#options}}{{> option}}{{/options}}</select></label>{{/languages}}
        {{#categories}}<label>{{t.categoryLabel}} <select name="category">{{#options}}{{> option}}{{/options}}</select></label>{{/categories}}
        {{#jobs}}<label>{{t.job}} <select name="job">{{#options}}{{> option}}{{/options}}</select></label>{{/jobs}}
        <label>{{t.zoneLabel}} <select name="tz">{{#zones}}{{> option}}{{/zones}}</select></label>
        <label>{{t.refreshLabel}} <select name="refresh">{{#refreshes}}{{> option}}{{/refreshes}}</select></label>
        <label>{{t.pageLanguageLabel}} <select name="ui">{{#pageLanguages}}<option value="{{value}}" lang="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/pageLanguages}}</select></label>
        <label>{{t.themeLabel}} <select name="theme">{{#themes}}{{> option}}{{/themes}}</select></label>
        <button type="submit">{{t.apply}}</button>
        {{#between}}<details{{#isOpen}} open{{/isOpen}}><summary>{{t.fromTo}}</summary>
        <label>{{t.from}} <input type="text" name="from" value="{{from}}" dir="ltr" placeholder="2026-11-21T00:00Z" autocomplete="off"{{#fromIsWrong}} aria-invalid="true" aria-describedby="notices"{{/fromIsWrong}}></label>
        <label>{{t.to}} <input type="text" name="to" value="{{to}}" dir="ltr" placeholder="2026-11-22T00:00Z" autocomplete="off"{{#toIsWrong}} aria-invalid="true" aria-describedby="notices"{{/toIsWrong}}></label>
        </details>{{/between}}
        {{> state}}
        <span class="more"><a href="{{again}}">{{t.refreshNow}}</a>{{#permanent}} · <a href="{{permanent}}" id="fixed">{{t.permanentLink}}</a>{{/permanent}}</span>
        </form>
        {{/hasControls}}

        """)

    static let main = PanelTemplate(
        """
        <main id="main">
        {{#hasNotices}}<ul class="notices" id="notices">{{#notices}}<li><bdi>{{what}}</bdi> {{effect}}</li>{{/notices}}</ul>{{/hasNotices}}
        <h1>{{heading}}</h1>
        {{#problem}}<div class="notices problems" role="alert"><ul class="plain"><li><a href="#{{field}}">{{name}}</a>: <bdi{{#isEnglish}} lang="en"{{/isEnglish}}>{{text}}</bdi></li></ul></div>{{/problem}}

        """)

    static let foot = PanelTemplate(
        """
        </main>
        <footer>
        {{#footnote}}<p>{{footnote}}</p>{{/footnote}}
        <p>{{made}}</p>
        {{#reader}}<p class="screen">{{reader}}</p>{{/reader}}
        {{#signOut}}<form method="post" action="{{root}}{{signOut}}"><button type="submit">{{t.signOut}}</button></form>{{/signOut}}
        <p class="screen"><bdi><a href="{{report}}">{{t.monthlyReport}}</a></bdi> · <bdi><a href="{{root}}{{reference}}">{{t.apiReference}}</a></bdi> · <bdi><a href="{{root}}{{openAPI}}">OpenAPI</a></bdi> · <bdi><a href="{{root}}{{metrics}}">{{t.metrics}}</a></bdi></p>
        </footer>
        </body>
        </html>

        """)

    /// The first line of every answer to the script, which accepts no other.
    static let fragment = PanelTemplate(
        """
        <!--hearth--><meta data-title="{{title}}" data-updated="{{updated}}" data-state="{{state}}"{{#isEnding}} data-ending{{/isEnding}}>

        """)
}
