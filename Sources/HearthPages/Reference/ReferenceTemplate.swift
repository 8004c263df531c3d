/// The words and structure of the reference.
enum ReferenceTemplate {
    static let page = PageTemplate(
        body: """
            <h1>API reference</h1>
            <p>JSON in UTF-8; times are ISO 8601 in UTC with milliseconds; money is US dollars. Where keys are configured, send one as <code>Authorization: Bearer KEY</code> or <code>X-API-Key: KEY</code>.</p>
            <nav aria-labelledby="contents">
            <h2 id="contents">Contents</h2>
            {{#sections}}
            <h3>{{name}}</h3>
            <ul>
            {{#routes}}
            <li><a href="#{{id}}">{{summary}}</a> <code>{{method}} {{path}}</code></li>
            {{/routes}}
            </ul>
            {{/sections}}
            <p><a href="#headers">Headers</a> · <a href="#errors">Errors</a> · <a href="#objects">Objects</a></p>
            </nav>
            {{#sections}}
            {{#routes}}
            <section>
            <h2 id="{{id}}">{{summary}}</h2>
            <p><code><span class="method">{{method}}</span> {{path}}</code>{{#needsKey}} <span class="quiet">needs a credential with the scope {{scope}}</span>{{/needsKey}}</p>
            <p>{{meaning}}</p>
            {{#hasParameters}}
            <div class="scroll" role="region" aria-label="Parameters: {{summary}}" tabindex="0">
            <table>
            <thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Form</th><th scope="col">Meaning</th></tr></thead>
            <tbody>
            {{#parameters}}
            <tr><th scope="row"><code>{{name}}</code>{{#isRequired}} <span class="quiet">required</span>{{/isRequired}}</th><td>{{place}}</td><td>{{kind}}</td><td>{{meaning}}</td></tr>
            {{/parameters}}
            </tbody>
            </table>
            </div>
            {{/hasParameters}}
            {{#request}}
            <p>Body: <a href="#{{schema}}">{{schema}}</a></p>
            {{/request}}
            <pre tabindex="0" role="region" aria-label="Command: {{summary}}"><code>{{command}}</code></pre>
            <p>Answer {{status}}: {{answerMeaning}}{{#json}} <a href="#{{schema}}">{{schema}}</a>{{/json}}{{#answerHeaders}} <span class="quiet">Headers: {{answerHeaders}}</span>{{/answerHeaders}}</p>
            {{#json}}
            <details><summary>Example answer: {{schema}}</summary>
            <pre tabindex="0" role="region" aria-label="Example answer: {{summary}}"><code>{{example}}</code></pre>
            </details>
            {{/json}}
            {{#hasErrors}}
            <div class="scroll" role="region" aria-label="Errors: {{summary}}" tabindex="0">
            <table>
            <thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">When</th></tr></thead>
            <tbody>
            {{#errors}}
            <tr><td>{{status}}</td><th scope="row"><code>{{code}}</code></th><td>{{meaning}}</td></tr>
            {{/errors}}
            </tbody>
            </table>
            </div>
            {{/hasErrors}}
            </section>
            {{/routes}}
            {{/sections}}
            <section>
            <h2 id="headers">Headers of answers</h2>
            <div class="scroll" role="region" aria-labelledby="headers" tabindex="0">
            <table>
            <thead><tr><th scope="col">Header</th><th scope="col">Meaning</th></tr></thead>
            <tbody>
            {{#headers}}
            <tr><th scope="row"><code>{{name}}</code></th><td>{{meaning}}</td></tr>
            {{/headers}}
            </tbody>
            </table>
            </div>
            </section>
            <section>
            <h2 id="errors">Errors</h2>
            <p>Every error has a body of the form <a href="#Error">Error</a>. Programs compare <code>error</code>, people read <code>message</code>. A request that is not HTTP, has too large a header (431) or arrives too slowly (408) is answered in the same form, below <code>/v1</code> in the provider's, and its connection is closed.</p>
            </section>
            <section>
            <h2 id="objects">Objects</h2>
            {{#schemas}}
            <h3 id="{{name}}">{{name}}</h3>
            <p>{{meaning}}</p>
            <div class="scroll" role="region" aria-label="Fields: {{name}}" tabindex="0">
            <table>
            <thead><tr><th scope="col">Field</th><th scope="col">Form</th><th scope="col">Meaning</th></tr></thead>
            <tbody>
            {{#fields}}
            <tr><th scope="row"><code>{{name}}</code>{{^isRequired}} <span class="quiet">optional</span>{{/isRequired}}</th><td>{{#hasLink}}<a href="#{{link}}">{{kind}}</a>{{/hasLink}}{{^hasLink}}{{kind}}{{/hasLink}}</td><td>{{meaning}}</td></tr>
            {{/fields}}
            </tbody>
            </table>
            </div>
            {{/schemas}}
            </section>

            """)
}
