/// The one script of all pages: live refresh, the reading aid of charts, and buttons to print and to copy a link.
///
/// Without it nothing else is missing. It is written for the policy that the pages are sent with: no inline code, and markup only
/// through the trusted types policy `hearth`, which takes nothing but the server's own fragment.
package enum PageScript {
    /// Without the slash in front, for links relative to the service's root.
    static let path = String(asset.path.dropFirst())
    package static var bytes: [UInt8] { asset.bytes }

    static let asset = PageAsset(name: "hearth", suffix: "js", contentType: "text/javascript; charset=utf-8", text: text)

    static let text = "'use strict';\n(() => {\n" + helpers + readingAid + tools + keys + refresh + "})();\n"

    private static let helpers = """
        const live = document.getElementById('live');
        if (!live) return;
        const words = live.dataset;
        const fill = (text, values) => text.replace(/\\{(\\w+)\\}/g, (whole, name) => values[name] ?? whole);
        const make = (name, className, text) => {
          const element = document.createElement(name);
          element.className = className;
          element.textContent = text;
          return element;
        };
        const policy = window.trustedTypes && trustedTypes.createPolicy('hearth', {
          createHTML: text => {
            if (!text.startsWith('<!--hearth-->')) throw new TypeError('not a fragment of this service');
            return text;
          }
        });

        """

    /// What only a script can do: print, and copy a link with fixed times instead of following it.
    private static let tools = """
        const more = document.querySelector('.more');
        if (more) {
          const add = (text, act) => {
            const button = make('button', 'light', text);
            button.type = 'button';
            button.addEventListener('click', () => act(button));
            more.append(' ', button);
          };
          const fixed = document.getElementById('fixed');
          if (fixed && navigator.clipboard) {
            add(words.copy, async button => {
              await navigator.clipboard.writeText(fixed.href);
              button.textContent = words.copied;
            });
          }
          add(words.print, () => print());
        }
        addEventListener('click', async event => {
          const link = event.target.closest?.('a.copy');
          if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          await navigator.clipboard.writeText(link.href);
          document.getElementById('say').textContent = words.copied;
          link.removeAttribute('aria-label');
          link.textContent = words.copied;
        });

        """

    /// Off unless it was switched on under Help: speech and slips of the hand are letters and digits, too.
    private static let keys = """
        if (words.keys) {
          addEventListener('keydown', event => {
            if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, select, textarea')) return;
            if (/^[1-6]$/.test(event.key)) document.querySelectorAll('header nav a')[event.key - 1].click();
          });
        }

        """

    /// A range input under each chart walks its points with the browser's own keys.
    private static let readingAid = """
        const addAid = root => {
          for (const figure of root.querySelectorAll('figure')) {
            const chart = figure.querySelector('svg.chart');
            const rows = figure.querySelectorAll('.data tbody tr');
            if (!chart || rows.length < 2 || figure.querySelector('.aid')) continue;
            const input = document.createElement('input');
            input.type = 'range';
            input.className = 'aid';
            input.dir = 'ltr';
            input.min = 0;
            input.max = rows.length - 1;
            input.value = rows.length - 1;
            input.setAttribute('aria-label', words.aid + ': ' + figure.querySelector('h2').textContent);
            const line = make('p', 'aid quiet', '');
            let cursor;
            const values = () => [...rows[input.value].children].map((cell, index) => {
              const name = figure.querySelectorAll('.data thead th')[index].textContent;
              return index ? name + ' ' + cell.textContent : cell.textContent;
            }).join(' · ');
            const show = () => {
              line.textContent = values();
              input.setAttribute('aria-valuetext', line.textContent);
              const { x0, x1, floor } = chart.dataset;
              if (!x0) return;
              if (!cursor) {
                cursor = document.createElementNS(chart.namespaceURI, 'line');
                cursor.setAttribute('class', 'axis');
                chart.append(cursor);
              }
              const x = +x0 + (x1 - x0) * (+input.value + .5) / rows.length;
              for (const [name, value] of [['x1', x], ['x2', x], ['y1', 10], ['y2', floor]]) cursor.setAttribute(name, value);
            };
            // Before it is moved for the first time its value is read out already.
            input.setAttribute('aria-valuetext', values());
            input.addEventListener('input', show);
            input.addEventListener('focus', show);
            chart.after(input, line);
          }
        };
        addAid(document);
        let opened = [];
        addEventListener('beforeprint', () => {
          opened = [...document.querySelectorAll('main details:not([open])')];
          for (const details of opened) details.open = true;
        });
        addEventListener('afterprint', () => { for (const details of opened) details.open = false; });

        """
}
