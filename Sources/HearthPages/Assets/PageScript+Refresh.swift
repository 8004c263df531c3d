extension PageScript {
    /// One request for all panels; a panel is replaced only if it is new and nobody is at work in it.
    static let refresh = """
        const seconds = +words.seconds;
        const status = document.getElementById('p-status');
        if (!seconds || !status) return;
        const say = document.getElementById('say');
        const bar = make('p', 'updated', '');
        const clock = make('span', '', '');
        const button = make('button', 'light', words.pause);
        button.type = 'button';
        bar.append(clock, ' ', button);
        status.after(bar);
        let updated = words.at, tag = '', failures = 0, paused = false, timer, due = 0, printing = false, running = false;
        let state = words.state, saidAt = 0, ending = false;
        // Whoever was told that the service ends need not wait for a third silence to know why.
        const isSilent = () => failures >= (ending ? 1 : 3);
        const isEdited = field => field.type === 'range' || field.type === 'hidden' ? false
          : field.options ? [...field.options].some(option => option.selected !== option.defaultSelected && option.defaultSelected)
          : field.value !== field.defaultValue;
        const isBusy = panel => {
          const focus = document.activeElement;
          if (focus && focus !== document.body && panel.contains(focus)) return true;
          const selection = getSelection();
          if (selection && !selection.isCollapsed && selection.containsNode(panel, true)) return true;
          if (panel.querySelector('details[open], svg:hover')) return true;
          return [...panel.querySelectorAll('input, select, textarea')].some(isEdited);
        };
        const put = (old, fresh) => {
          old.replaceWith(fresh);
          addAid(fresh);
        };
        const offer = (old, fresh) => {
          old.querySelector('.fresh')?.remove();
          const more = make('button', 'light fresh', words.new);
          more.type = 'button';
          more.addEventListener('click', () => {
            put(old, fresh);
            fresh.tabIndex = -1;
            fresh.focus();
          });
          old.prepend(more);
        };
        const take = text => {
          const page = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
          const facts = page.querySelector('meta[data-updated]').dataset;
          // What stood in for the page is over, and none of its own panels are here.
          if (document.getElementById('p-fault') && !page.getElementById('p-fault')) {
            location.reload();
            return;
          }
          for (const panel of page.querySelectorAll('[data-hash]')) {
            const old = document.getElementById(panel.id);
            if (!old || 'keep' in old.dataset || old.dataset.hash === panel.dataset.hash) continue;
            const fresh = document.adoptNode(panel);
            if (isBusy(old)) offer(old, fresh); else put(old, fresh);
          }
          updated = facts.updated;
          ending = 'ending' in facts;
          document.title = facts.title;
          if (facts.state !== state && Date.now() - saidAt > 60000) {
            say.textContent = facts.state;
            state = facts.state;
            saidAt = Date.now();
          }
        };
        const show = () => {
          document.body.classList.toggle('old', isSilent());
          clock.textContent = isSilent()
            ? fill(ending ? words.ended : words.silent, { time: updated, span: Math.max(0, Math.ceil((due - Date.now()) / 1000)) })
            : fill(words.updated, { time: updated });
          button.textContent = paused ? words.resume : words.pause;
        };
        const mayAsk = () => !paused && !printing && document.visibilityState !== 'hidden' && navigator.onLine;
        const plan = () => {
          clearTimeout(timer);
          due = Date.now() + (failures >= 3 ? 60 : seconds) * 1000;
          if (mayAsk()) timer = setTimeout(ask, due - Date.now());
          show();
        };
        const ask = async () => {
          if (running || !mayAsk()) return;
          running = true;
          try {
            const headers = { 'Hearth-Fragment': '1' };
            if (tag) headers['If-None-Match'] = tag;
            const send = () => fetch(words.address, { headers, cache: 'no-store', signal: AbortSignal.timeout(10000) });
            // A connection may have been closed while it was idle, which is found out only now: a new one is tried once, at once.
            // What took too long or was answered is not asked again.
            const answer = await send().catch(error => {
              if (error.name !== 'TypeError' || !mayAsk()) throw error;
              return send();
            });
            const text = answer.status === 304 ? '' : await answer.text();
            if (answer.status !== 304 && !text.startsWith('<!--hearth-->')) throw new Error(answer.status);
            if (text) {
              take(text);
              tag = answer.headers.get('ETag') || '';
            } else {
              updated = answer.headers.get('Hearth-Updated') || updated;
            }
            failures = 0;
          } catch (error) {
            failures += 1;
          }
          running = false;
          plan();
        };
        button.addEventListener('click', () => {
          paused = !paused;
          if (paused) { clearTimeout(timer); show(); } else ask();
        });
        const wake = () => { if (mayAsk()) ask(); else clearTimeout(timer); };
        document.addEventListener('visibilitychange', wake);
        addEventListener('online', wake);
        addEventListener('offline', wake);
        addEventListener('beforeprint', () => { printing = true; });
        addEventListener('afterprint', () => { printing = false; wake(); });
        setInterval(() => { if (isSilent()) show(); }, 1000);
        plan();

        """
}
