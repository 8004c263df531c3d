"""What pages do: by keyboard, at a refresh, with an action, behind a proxy."""

import datetime
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import BASE, VIEWS


class Behaviour:
    def keyboard(self, browser):
        faults = []
        for view in VIEWS:
            context = self.context(browser)
            page = context.new_page()
            page.goto(self.address(view, refresh="off"))
            expected = page.evaluate(
                """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, textarea, [tabindex="0"]')]
                   .filter(e => e.checkVisibility() && !e.disabled).length"""
            )
            reached = set()
            for _ in range(expected + 5):
                page.keyboard.press("Tab")
                found = page.evaluate(
                    """() => {
                      const e = document.activeElement;
                      if (!e || e === document.body) return null;
                      const all = [...document.querySelectorAll('*')];
                      const r = e.getBoundingClientRect();
                      const style = getComputedStyle(e);
                      const x = Math.min(Math.max(r.left + r.width / 2, 1), innerWidth - 2), y = Math.min(Math.max(r.top + r.height / 2, 1), innerHeight - 2);
                      const top = document.elementFromPoint(x, y);
                      return {index: all.indexOf(e), name: e.outerHTML.slice(0, 100), visible: r.width > 0 && r.height > 0,
                              outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
                              covered: !!top && top !== e && !e.contains(top) && !top.contains(e)};
                    }"""
                )
                if found is None:
                    continue
                if found["index"] in reached:
                    continue
                reached.add(found["index"])
                if not found["visible"]:
                    faults.append(f"{view or '/'}: focus is not visible on {found['name']}")
                if not found["outlined"]:
                    faults.append(f"{view or '/'}: no outline on {found['name']}")
                if found["covered"]:
                    faults.append(f"{view or '/'}: covered: {found['name']}")
            if len(reached) < expected:
                faults.append(f"{view or '/'}: {len(reached)} of {expected} controls reached")
            context.close()
        faults += self.keys(browser)
        self.tell(5, "every control is reached by keyboard, with a focus that is seen, and charts are read with the arrows", faults)

    def keys(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("", ui="he", refresh="off"))
        before = page.content()
        for letter in "abcdefghijklmnopqrstuvwxyz/?":
            page.keyboard.press(letter)
        if page.content() != before:
            faults.append("a letter does something")
        # Where they were switched on, digits lead to the views; not from a field, and not after they were switched off.
        page.goto(self.address("/help", ui="en"))
        page.locator("#keys + p a").click()
        page.goto(self.address("", ui="he", refresh="off"))
        page.locator("main [name=question]").first.focus()
        page.keyboard.press("5")
        page.evaluate("() => document.activeElement.blur()")
        if page.url.split("?")[0] != self.url + BASE:
            faults.append("a digit in a field leads away")
        page.keyboard.press("5")
        page.wait_for_url("**/health*")
        page.goto(self.address("/help", ui="he", keys="off"))
        page.keyboard.press("5")
        page.goto(self.address("", ui="he", refresh="off"))
        page.keyboard.press("5")
        page.wait_for_timeout(200)
        if page.url.split("?")[0] != self.url + BASE:
            faults.append("a digit leads away after the keys were switched off")
        aids = page.locator("figure input[type=range]").all()
        if len(aids) < 2:
            faults.append(f"{len(aids)} charts can be read by keyboard")
        for aid in aids:
            figure = page.locator("figure", has=page.locator(f"[aria-label='{aid.get_attribute('aria-label')}']"))
            heads = figure.locator(".data thead th").all_text_contents()
            aid.focus()
            for key, row in [("End", -1), ("ArrowLeft", -2), ("Home", 0), ("ArrowRight", 1)]:
                page.keyboard.press(key)
                cells = figure.locator(".data tbody tr").nth(row).locator("th, td").all_text_contents()
                wanted = " · ".join(cells[:1] + [f"{head} {cell}" for head, cell in zip(heads[1:], cells[1:])])
                said = (aid.get_attribute("aria-valuetext"), figure.locator("p.aid").inner_text())
                if [self.words(text) for text in said] != [self.words(wanted)] * 2:
                    faults.append(f"{key} on a chart says {said} in place of {wanted}")
            if aid.get_attribute("dir") != "ltr":
                faults.append("the aid of a chart is mirrored, and its time axis is not")
        context.close()
        return faults

    def refresh(self, browser):
        faults = []
        rounds = 10 if self.extent == "whole" else 2
        context = self.context(browser)
        read, typed, hidden = context.new_page(), context.new_page(), context.new_page()
        # What stands in for a page, as while a service starts, is over when that page is sent.
        started = context.new_page()
        started.goto(self.address("/jobs/nothing", refresh="5"))
        stood_in = started.locator("#p-fault").count()
        started.route("**/jobs/nothing*", lambda route: route.continue_(url=self.address("/jobs")))
        asked = {}
        away = self.context(browser)
        offline = away.new_page()
        for page in (read, typed, hidden, offline):
            # Each panel changes at each refresh: questions are asked meanwhile.
            page.goto(self.address("", refresh="5"))
            asked[page] = []
            page.on("request", lambda request, own=asked[page]: own.append(request.url) if self.refreshes(request) else None)
        # Without a network nothing is asked.
        away.set_offline(True)
        read.locator("main details summary").first.click()
        read.locator("#p-results svg.chart").hover()
        opened = read.locator("main details[open]").count()
        selected = read.evaluate(
            """() => { const range = document.createRange(); range.selectNodeContents(document.querySelector('#p-conditions h2, #p-conditions th'));
                 getSelection().removeAllRanges(); getSelection().addRange(range); return getSelection().toString(); }"""
        )
        typed.locator("main form[action*='ask'] [name=question]").fill("Half a quest")
        typed.locator("main form[action*='ask'] [name=question]").focus()
        hide = """state => { Object.defineProperty(document, 'visibilityState', { get: () => state, configurable: true });
                   document.dispatchEvent(new Event('visibilitychange')); }"""
        hidden.evaluate(hide, "hidden")
        asked[hidden].clear()
        hidden_since = time.monotonic()
        deadline = time.monotonic() + 5 * rounds + 20
        number = 0
        while min(len(asked[read]), len(asked[typed])) < rounds and time.monotonic() < deadline:
            number += 1
            self.ask(f"Is there room for {number} more in the refreshed garden?")
            read.wait_for_timeout(500)
        if min(len(asked[read]), len(asked[typed])) < rounds:
            faults.append(f"{len(asked[read])} and {len(asked[typed])} refreshes in {5 * rounds + 20} s")
        # What was asked for last may still be on its way.
        self.until(read, lambda: read.locator("#p-results button.fresh").count(), 20)
        read.wait_for_timeout(500)
        if read.locator("main details[open]").count() < opened:
            faults.append("what was open is closed after a refresh")
        if not selected or read.evaluate("() => getSelection().toString()") != selected:
            faults.append(f"the selection {selected!r} is gone after a refresh")
        if typed.locator("[name=question]").first.input_value() != "Half a quest":
            faults.append("what was half typed is gone after a refresh")
        if typed.evaluate("() => document.activeElement.name") != "question":
            faults.append("the focus is gone after a refresh")
        if not read.locator("button.fresh").count():
            faults.append("what was not replaced does not offer what is new")
        if not read.locator("#p-results button.fresh").count():
            faults.append("a chart is taken away from below the pointer")
        if read.evaluate("() => document.getElementById('p-figures').textContent") == "":
            faults.append("the figures are blank")
        # A tab that nobody sees asks nothing, and asks at once when it is seen again.
        rest = (60 if self.extent == "whole" else 8) - (time.monotonic() - hidden_since)
        if rest > 0:
            hidden.wait_for_timeout(rest * 1000)
        if asked[hidden]:
            faults.append(f"a hidden tab has asked {len(asked[hidden])} times")
        if asked[offline]:
            faults.append(f"a tab without a network has asked {len(asked[offline])} times")
        away.close()
        if not stood_in or started.locator("#p-fault").count() or not started.locator("#p-list").count():
            faults.append("what stood in for a page stays when the page is there")
        hidden.evaluate(hide, "visible")
        hidden.wait_for_timeout(1500)
        if not asked[hidden]:
            faults.append("a tab that is seen again does not ask")
        context.close()
        self.tell(9, f"what is open, selected, half typed and focused survives {rounds} refreshes, and a hidden tab asks nothing", faults)

    def silence(self, browser):
        """What an open page says while nobody answers: made here by the browser, so that nobody has to be stopped."""
        faults = []
        for ends in (False, True):
            context = self.context(browser)
            page = context.new_page()
            # The page's clock stands still from the start, so that only `run_for` moves it, however slow the machine is.
            now = datetime.datetime.now()
            page.clock.install(time=now)
            page.clock.pause_at(now + datetime.timedelta(hours=1))
            page.goto(self.address("", ui="en", refresh="5"))
            # Counts how often the page says how old it is: it does so when it has an answer and has planned its next question.
            page.evaluate(
                """() => { window.shown = 0;
                     Object.defineProperty(document.querySelector('.updated span'), 'textContent',
                       { set(text) { window.shown += 1; this.replaceChildren(text); } }); }"""
            )
            if not page.locator(".updated").inner_text().startswith("updated "):
                faults.append(f"the page says {page.locator('.updated').inner_text()!r}")
            asked = []

            def answer(route):
                if not self.refreshes(route.request):
                    return route.continue_()
                asked.append(1)
                if ends and len(asked) == 1:
                    told = route.fetch()
                    return route.fulfill(response=told, body=told.text().replace("<meta data-title", "<meta data-ending data-title", 1))
                return route.abort()

            page.route(lambda url: "cache-analytics" in url, answer)

            def said():
                return page.locator(".updated").inner_text()

            def asks(act, count):
                """Does what makes the page ask so many times, and waits until it has planned what comes after."""
                wanted = len(asked) + count
                page.evaluate("() => { window.shown = 0; }")
                act()
                self.until(page, lambda: len(asked) >= wanted and page.evaluate("() => window.shown") > 0, 20)

            pause = page.locator(".updated button")
            pause.click()
            page.clock.run_for(20_000)
            # What must not be asked has no moment to wait for.
            page.wait_for_timeout(150)
            if asked or pause.inner_text() != "Resume":
                faults.append(f"a paused page asks {len(asked)} times, and its button says {pause.inner_text()}")
            # What fails on the network is asked once more, at once.
            asks(pause.click, 1 if ends else 2)
            page.wait_for_timeout(150)
            if len(asked) != (1 if ends else 2) or pause.inner_text() != "Pause":
                faults.append(f"a page that goes on asks {len(asked)} times, and its button says {pause.inner_text()}")
            for _ in range(1 if ends else 2):
                asks(lambda: page.clock.run_for(6000), 2)
            text, old = said(), page.evaluate("() => document.body.classList.contains('old')")
            wanted = "Hearth was shut down after " if ends else "no answer since "
            if not text.startswith(wanted) or not old:
                faults.append(f"after {len(asked)} questions the page says {text!r}, old: {old}")
            mark = page.evaluate("() => getComputedStyle(document.querySelector('.figure'), '::after').content")
            if "◷" not in mark:
                faults.append(f"the figures have no mark: {mark}")
            if not ends:
                before = len(asked)
                page.clock.run_for(55_000)
                page.wait_for_timeout(150)
                early = len(asked) - before
                page.clock.run_for(6000)
                # Until it has planned the next one it says that this one is due.
                self.until(page, lambda: len(asked) >= before + 2 and "in 0 s" not in said(), 20)
                if early or len(asked) - before != 2:
                    faults.append(f"after three failures it asks {early} times in 55 s and {len(asked) - before} in 61 s")
                page.unroute_all()
                page.clock.run_for(61_000)
                self.until(page, lambda: said().startswith("updated "), 20)
                if not said().startswith("updated "):
                    faults.append(f"when it is answered again the page says {said()!r}")
            context.close()
        faults += self.closed_connection(browser)
        self.console.clear()
        self.tell(9, "a page can be paused, asks once more where a connection was closed, asks every 60 s after three failures, marks its figures, and says when the service was shut down", faults)

    @staticmethod
    def refreshes(request):
        """Whether the page's script asks; the browser fetches the page's icon when it likes."""
        return "hearth-fragment" in request.headers

    @staticmethod
    def until(page, holds, seconds=5):
        """Waits for what the browser does at its own time; what does not come is told by the check that follows."""
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            page.wait_for_timeout(20)

    def closed_connection(self, browser):
        """An idle connection that was closed is found out by the first request on it; an answer that is a fault is no such thing."""
        faults = []
        for closed in (True, False):
            context = self.context(browser)
            page = context.new_page()
            page.clock.install()
            # The page's clock goes on by itself too: a minute is long beside what a busy machine takes here.
            page.goto(self.address("", ui="en", refresh="60"))
            asked = []

            def answer(route):
                if not self.refreshes(route.request):
                    return route.continue_()
                asked.append(1)
                if not closed:
                    return route.fulfill(status=503, body="not now")
                return route.abort("connectionclosed") if len(asked) % 2 else route.continue_()

            page.route(lambda url: "cache-analytics" in url, answer)
            said = set()
            for number in range(1, 5 if closed else 3):
                page.clock.run_for(60_000)
                wanted = number * 2 if closed else number
                self.until(page, lambda: len(asked) >= wanted)
                # One too many would come at once.
                page.wait_for_timeout(150)
                said.add(page.locator(".updated").inner_text().split(" ")[0])
                if len(asked) != wanted:
                    faults.append(f"{'closed' if closed else 'answered with 503'}: {len(asked)} requests in {number} refreshes")
            if said != {"updated"} or page.evaluate("() => document.body.classList.contains('old')"):
                faults.append(f"{'closed' if closed else 'answered with 503'}: the page says {said}")
            context.close()
        return faults

    def action_once(self, browser):
        faults = []
        for script in (True, False):
            context = self.context(browser, script=script)
            page = context.new_page()
            page.goto(self.address("/confirm?action=run-job&job=prune-cache"))
            page.locator("main form[method=post] button[type=submit], main form[method=post] button").last.click()
            page.wait_for_url("**/result?id=*")
            before = json.loads(self.api("/api/v1/jobs/prune-cache/runs?trigger=manual"))["runs"]
            page.reload()
            page.go_back()
            after = json.loads(self.api("/api/v1/jobs/prune-cache/runs?trigger=manual"))["runs"]
            if len(before) != len(after):
                faults.append("a reload or the way back did it again")
            if not before:
                faults.append("it was not done")
            context.close()
            time.sleep(1)
        faults += self.refused_actions(browser)
        self.tell(10, "an action is done once, with the script and without it, and forged ones are refused", faults)

    def manual_runs(self):
        runs = json.loads(self.api("/api/v1/jobs/prune-cache/runs?trigger=manual&limit=100"))["runs"]
        return {run["id"] for run in runs}

    def refused_actions(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        confirmation = self.address("/confirm?action=run-job&job=prune-cache")
        button = "main form[method=post] button"
        before = self.manual_runs()
        page.goto(confirmation)
        page.locator(button).last.dblclick()
        page.wait_for_load_state("load")
        page.wait_for_timeout(1000)
        if len(self.manual_runs() - before) != 1:
            faults.append(f"a double click has made {len(self.manual_runs() - before)} runs")
        before = self.manual_runs()
        page.goto(confirmation)
        page.evaluate("() => { const token = document.querySelector('[name=token]'); token.value = token.value.split('').reverse().join(''); }")
        page.locator(button).last.click()
        page.wait_for_url("**/confirm?*problem=*")
        if not page.locator("main .problem").count():
            faults.append("a forged token is refused without a word")
        # The token is one job's; another's name does not go with it.
        page.goto(confirmation)
        page.evaluate("() => { document.querySelector('[name=job]').value = 'probe-stores'; }")
        page.locator(button).last.click()
        page.wait_for_url("**/confirm?*problem=*")
        page.goto(confirmation)
        form = {field.get_attribute("name"): field.get_attribute("value") for field in page.locator("main form [type=hidden]").all()}
        context.close()
        request = urllib.request.Request(
            self.url + BASE + "/actions/run-job", urllib.parse.urlencode(form).encode(),
            {"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            answer = urllib.request.urlopen(request, timeout=10)
            faults.append(f"a form of another site is taken: {answer.status}")
        except urllib.error.HTTPError as refusal:
            if refusal.code != 403:
                faults.append(f"a form of another site gets {refusal.code}")
        if self.manual_runs() != before:
            faults.append("a refused action was done")
        return faults

    def addresses(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("", range="25h", surprise="1"))
        text = page.locator("body").inner_text()
        if "25h" not in text:
            faults.append("a range that is not understood is not named")
        for query in ["range=7d&ui=es", "range=1h", "from=2026-11-01T00:00Z&to=2026-11-02T00:00Z", "language=he&category=pricing"]:
            answer = page.goto(self.url + BASE + "?" + query)
            if answer.status != 200:
                faults.append(f"{query}: status {answer.status}")
        # Language and theme outlive the address, without the script, too.
        page.goto(self.address("", ui="he", theme="dark"))
        kept = [(one["name"], one["value"], one["sameSite"]) for one in context.cookies()]
        page.goto(self.address("/savings"))
        shown = page.evaluate("() => [document.documentElement.lang, document.documentElement.dataset.theme]")
        if kept != [("hearth_page", "he.dark", "Strict")] or shown != ["he", "dark"]:
            faults.append(f"the choice of language and theme is kept as {kept} and shown as {shown}")
        for path in ["/", "/savings/", "/jobs/prune-cache/"]:
            page.goto(self.url + BASE + path + "?ui=en")
            if page.url.split("?")[0].endswith("/"):
                faults.append(f"{path} keeps its slash: {page.url}")
        context.close()
        self.tell(12, "addresses are read and written in one way, what is not understood is said, and a choice of language is kept", faults)

    def zones(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        for zone, offset in [("utc", "UTC"), ("Asia/Kolkata", "+05:30"), ("Europe/Athens", "+0")]:
            page.goto(self.address("", tz=zone, ui="en"))
            if offset not in page.locator("body").inner_text():
                faults.append(f"{zone}: {offset} is not on the page")
        # Both days on which clocks in Athens change: the range says which offset belongs to which end.
        for day, earlier, later in [("2026-10-25", "+03:00", "+02:00"), ("2026-03-29", "+02:00", "+03:00")]:
            year_and_month, number = day[:8], int(day[8:])
            bounds = {"from": f"{year_and_month}{number - 1}T12:00Z", "to": f"{year_and_month}{number + 1}T12:00Z"}
            page.goto(self.address("", tz="Europe/Athens", ui="en", refresh="off", **bounds))
            text = page.locator("h1").inner_text() + page.locator("footer").inner_text()
            if not (f"UTC{earlier}" in text and f"UTC{later}" in text):
                faults.append(f"{day}: the offsets are not both named: {text[:200]}")
        # No clock time stands without its zone: each chart names it, each moment of the panels has it or lies in a column that does.
        for zone in ("utc", "Europe/Athens", "Asia/Kolkata"):
            page.goto(self.address("/health", tz=zone, ui="en", refresh="off"))
            for moment in page.locator("main time").all():
                if not moment.get_attribute("datetime").endswith("Z"):
                    faults.append(f"{zone}: {moment.inner_text()} has no exact moment")
        page.goto(self.address("", tz="Europe/Athens", ui="en", refresh="off"))
        naked = page.evaluate("() => [...document.querySelectorAll('svg.chart')].filter(s => !/UTC/.test(s.textContent)).length")
        if naked:
            faults.append(f"{naked} charts do not name their zone")
        context.close()
        self.tell(13, "times are in the zone that was chosen", faults)

    def below_a_prefix(self, browser):
        faults = []
        if not shutil.which("nginx"):
            return self.tell(14, "below a prefix of a proxy", ["nginx is not installed: apt-get install nginx-light"])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder = self.artefacts / "nginx"
        folder.mkdir(exist_ok=True)
        folder = folder.resolve()
        (folder / "nginx.conf").write_text(
            f"""daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}
            http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
              uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
              server {{ listen 127.0.0.1:{port}; location /hearth/ {{ proxy_pass {self.url}/; proxy_set_header Host $http_host; }} }} }}"""
        )
        proxy = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
        try:
            base = f"http://127.0.0.1:{port}/hearth"
            for _ in range(100):
                try:
                    urllib.request.urlopen(base + "/healthz", timeout=1)
                    break
                except OSError:
                    time.sleep(0.1)
            context = browser.new_context()
            page = context.new_page()
            wrong = []
            page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
            for view in ["", "/", "/savings/", "/jobs/prune-cache", "/confirm?action=run-job&job=probe-stores", "/no/such"]:
                page.goto(base + BASE + view)
                if not page.url.startswith(base + BASE):
                    faults.append(f"{view}: leads to {page.url}")
                if not page.evaluate("() => document.styleSheets.length"):
                    faults.append(f"{view}: without its stylesheet")
            faults += [one for one in wrong if "/no/such" not in one]
            page.goto(base + BASE)
            for link in page.evaluate("() => [...document.querySelectorAll('nav a')].map(a => a.href)"):
                if not link.startswith(base + "/"):
                    faults.append(f"a link leads to {link}")
            page.goto(base + BASE + "/confirm?action=run-job&job=probe-stores")
            page.locator("main form[method=post] button").last.click()
            page.wait_for_url(base + BASE + "/result?id=*")
            context.close()
        finally:
            proxy.terminate()
            proxy.wait(10)
        self.tell(14, "below a prefix of a proxy, with and without a slash", faults)

    def first_minute(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("", ui="en", refresh="off"))
        box = page.locator("main form[action*='ask'] input[name=question], main form[action*='ask'] textarea[name=question]")
        if not box.count():
            faults.append("there is no box to ask in")
        else:
            question = f"Do you lend umbrellas on day {int(time.time())}?"
            for expected in ("miss", "hit"):
                page.locator("main form[action*='ask'] [name=question]").fill(question)
                with page.expect_navigation(wait_until="load"):
                    page.locator("main form[action*='ask'] button").last.click()
                answer = page.locator("#p-ask .answer").inner_text()
                if question not in answer:
                    faults.append(f"the {expected} does not show its question")
                if not answer.startswith(expected.upper() + " · ") or (expected == "hit") != ("saved USD" in answer):
                    faults.append(f"a {expected} was expected: {answer[:100]}")
            page.screenshot(path=self.artefacts / "asked.png", full_page=True)
        context.close()
        self.tell(19, "a question asked twice is a miss and then a hit", faults)
