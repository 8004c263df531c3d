/// The words and structure of the overview.
enum OverviewTemplate {
    static let page = PageTemplate(
        body: """
            <h1>Overview</h1>
            <div class="status{{#isDegraded}} degraded{{/isDegraded}}">
            <p class="quiet" role="status"><span class="state">{{state}}</span>{{#isSimulated}} <strong class="tag">SIMULATED</strong>{{/isSimulated}} · profile {{profile}} · version {{version}} · complete to <time datetime="{{completeISO}}">{{complete}}</time></p>
            {{#limitations}}<p><bdi>{{.}}</bdi></p>
            {{/limitations}}
            {{#isSimulated}}<p>Answers come from the built-in simulator: they are invented and cost nothing; savings are counted as if they had cost what is configured. Set <code>OPENAI_API_KEY</code> and start again for real ones.</p>
            {{/isSimulated}}
            </div>
            <section aria-labelledby="figures">
            <h2 id="figures">Figures of {{range}}</h2>
            {{#isEmpty}}
            <div class="notice">
            <p>No questions yet. Ask one:</p>
            <pre tabindex="0" role="region" aria-label="Command that asks a question"><code>curl -s {{serviceURL}}/api/v1/cache/query -H 'Content-Type: application/json' -d '{"query": "Do you sell gift cards?"}'</code></pre>
            <p>Ask the same again, and the answer comes from the cache.</p>
            </div>
            {{/isEmpty}}
            <dl class="figures">
            {{#figures}}
            <div><dt>{{name}}</dt><dd class="figure">{{figure}}</dd><dd class="quiet">{{note}}</dd></div>
            {{/figures}}
            </dl>
            </section>
            <section aria-labelledby="jobs">
            <h2 id="jobs">Jobs</h2>
            {{^hasJobs}}<p>No job is configured.</p>{{/hasJobs}}
            {{#hasJobs}}
            <div class="scroll" role="region" aria-labelledby="jobs" tabindex="0">
            <table>
            <thead><tr><th scope="col">Job</th><th scope="col">Schedule</th><th scope="col">Last run</th><th scope="col">Next run</th></tr></thead>
            <tbody>
            {{#jobs}}
            <tr><th scope="row"><bdi>{{name}}</bdi></th><td><code>{{schedule}}</code> <span class="quiet">{{timezone}}</span></td><td>{{#last}}<span class="outcome {{mark}}">{{outcome}}</span> <time class="quiet" datetime="{{atISO}}">{{at}}</time> <span class="quiet">{{duration}}</span>{{/last}}{{^last}}No run yet{{/last}}</td><td>{{#next}}{{wait}} <time class="quiet" datetime="{{atISO}}">{{at}}</time>{{/next}}{{noNext}}</td></tr>
            {{/jobs}}
            </tbody>
            </table>
            </div>
            {{/hasJobs}}
            </section>
            {{#hasBreakdowns}}
            <div class="columns">
            <section aria-labelledby="languages">
            <h2 id="languages">By language</h2>
            <div class="scroll" role="region" aria-labelledby="languages" tabindex="0">
            <table>
            <thead><tr><th scope="col">Language</th><th scope="col" class="number">Answers</th><th scope="col" class="number">From the cache</th><th scope="col" class="number">Hit rate</th></tr></thead>
            <tbody>
            {{#languages}}
            <tr><th scope="row">{{name}} <span class="quiet">{{code}}</span></th><td class="number">{{answers}}</td><td class="number">{{fromCache}}</td><td class="number">{{hitRate}}</td></tr>
            {{/languages}}
            </tbody>
            </table>
            </div>
            </section>
            <section aria-labelledby="categories">
            <h2 id="categories">By category</h2>
            <div class="scroll" role="region" aria-labelledby="categories" tabindex="0">
            <table>
            <thead><tr><th scope="col">Category</th><th scope="col" class="number">Answers</th><th scope="col" class="number">From the cache</th><th scope="col" class="number">Hit rate</th></tr></thead>
            <tbody>
            {{#categories}}
            <tr><th scope="row">{{name}}</th><td class="number">{{answers}}</td><td class="number">{{fromCache}}</td><td class="number">{{hitRate}}</td></tr>
            {{/categories}}
            </tbody>
            </table>
            </div>
            </section>
            </div>
            {{/hasBreakdowns}}

            """)
}
