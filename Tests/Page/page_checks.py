"""Checks of the page in Debian's Chromium, driven by Playwright, with the rules of axe-core.

usage: page_checks.py URL short|whole ARTEFACTS [--key KEY]

URL is a running Hearth with the data of seed.py. Prints one line for each check and ends with 1 if one failed. Screenshots and the
PDF of the report are kept in ARTEFACTS.
"""

import csv
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

BASE = "/admin/cache-analytics"
VIEWS = ["", "/savings", "/questions", "/jobs", "/jobs/prune-cache", "/health", "/report", "/help", "/confirm?action=run-job&job=prune-cache"]
LANGUAGES = ["en", "es", "he", "pt", "ru"]
# Everything that WCAG asks for at A and AA, and what is good practice beyond it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Checks:
    def __init__(self, url, extent, artefacts, key):
        self.url = url.rstrip("/")
        self.extent = extent
        self.artefacts = Path(artefacts)
        self.artefacts.mkdir(parents=True, exist_ok=True)
        self.key = key
        self.failures = 0
        self.elsewhere = []
        self.console = []

    # What every check uses

    def tell(self, number, name, faults):
        faults = [fault for fault in faults if fault]
        print(f"{'ok  ' if not faults else 'FAIL'} {number:>2} {name}", flush=True)
        for fault in faults[:12]:
            print(f"        {fault}", flush=True)
        self.failures += bool(faults)

    def context(self, browser, **options):
        script = options.pop("script", True)
        headers = options.pop("headers", {})
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(java_script_enabled=script, extra_http_headers=headers, **options)
        context.set_default_timeout(15000)
        context.on("request", lambda request: self.note_request(request.url))
        context.on("console", lambda message: self.console.append(message.text) if message.type in ("error", "warning") else None)
        context.on("weberror", lambda error: self.console.append(str(error.error)))
        return context

    def note_request(self, address):
        if not address.startswith(self.url) and not address.startswith(("data:", "about:", "chrome")):
            self.elsewhere.append(address)

    def address(self, view, **state):
        query = urllib.parse.urlencode(state)
        mark = "&" if "?" in view else "?"
        return self.url + BASE + view + (mark + query if query else "")

    def api(self, path):
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=20) as answer:
            return answer.read().decode()

    def axe(self, page, label):
        # The policy of the page forbids scripts from elsewhere; the rules are run beside it, in the debugger's own world.
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        return [
            f"{label}: {violation['id']} ({violation['impact']}) {violation['nodes'][0]['html'][:160]}"
            for violation in results.response["violations"]
        ]

    # The checks, by the numbers of the design

    def every_view(self, browser):
        faults = []
        languages = ["en", "he"]
        themes = ["light", "dark"]
        for language in languages:
            for theme in themes:
                context = self.context(browser, bypass_csp=True, color_scheme=theme)
                page = context.new_page()
                for view in VIEWS:
                    answer = page.goto(self.address(view, ui=language, theme=theme))
                    label = f"{view or '/'} {language} {theme}"
                    if answer.status != 200:
                        faults.append(f"{label}: status {answer.status}")
                    faults += self.axe(page, label)
                    name = (view.split("?")[0].replace("/", "-").strip("-") or "overview") + f"-{language}-{theme}.png"
                    page.screenshot(path=self.artefacts / name, full_page=True)
                context.close()
        if self.extent == "whole":
            context = self.context(browser, bypass_csp=True)
            page = context.new_page()
            for language in LANGUAGES:
                page.goto(self.address("", ui=language))
                faults += self.axe(page, f"/ {language}")
                page.screenshot(path=self.artefacts / f"overview-{language}.png", full_page=True)
            context.close()
        self.tell(1, "no violation of the accessibility rules on any view", faults)

    def nothing_elsewhere(self, browser):
        self.elsewhere.clear()
        self.console.clear()
        context = self.context(browser)
        page = context.new_page()
        for view in VIEWS:
            page.goto(self.address(view), wait_until="load")
            page.wait_for_timeout(100)
        context.close()
        self.tell(2, "no request to any other origin, and no message in the console", self.elsewhere + self.console)

    @staticmethod
    def figures(page):
        return page.evaluate("() => [...document.querySelectorAll('main')].map(e => e.innerText.replace(/\\s+/g, ' ')).join(' ')")

    def without_script(self, browser):
        faults = []
        for view in ["", "/savings", "/jobs", "/health"]:
            texts = []
            for script in (True, False):
                # Read by a browser that runs the page's script, and by one that fetches the same without it.
                if script:
                    context = self.context(browser)
                    page = context.new_page()
                    page.goto(self.address(view, refresh="off", **{"from": "2026-01-01T00:00Z", "to": "2026-01-02T00:00Z"}))
                    texts.append(self.numbers(page.locator("main").inner_text()))
                    context.close()
                else:
                    context = self.context(browser, script=False)
                    page = context.new_page()
                    page.goto(self.address(view, refresh="off", **{"from": "2026-01-01T00:00Z", "to": "2026-01-02T00:00Z"}))
                    texts.append(self.numbers(page.locator("main").inner_text()))
                    context.close()
            # Ages go on between the two.
            if len(set(texts[0]) ^ set(texts[1])) > 6:
                faults.append(f"{view or '/'}: {sorted(set(texts[0]) ^ set(texts[1]))[:10]}")
        self.tell(3, "the same figures with the script and without it", faults)

    @staticmethod
    def numbers(text):
        return re.findall(r"\d[\d.,\u00a0\u202f]*", text)

    def same_figures(self, browser):
        report = json.loads(self.api("/api/v1/cache/statistics?period=hourly"))
        metrics = report["metrics"]
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("", ui="en"))
        text = page.locator("main").inner_text()
        faults = []
        for name, shown in [
            ("totalRequests", f"{metrics['totalRequests']:,}"),
            ("hitRate", f"{metrics['hitRate']:.1f}"),
        ]:
            if shown not in text:
                faults.append(f"{name} is {shown} in the interface and not on the page")
        # Small sums are shown with more digits; each is the interface's to the last of them.
        sums = [one.replace(",", "") for one in re.findall(r"USD\s?(-?[\d,]*\.\d+)", text)]
        net = report["savings"]["net"]
        if not any(f"{net:.{len(one.split('.')[1])}f}" == one for one in sums):
            faults.append(f"net savings are {net} in the interface and {sums[:4]} on the page")
        table = list(csv.DictReader(io.StringIO(self.api("/api/v1/cache/statistics?period=hourly&format=csv"))))
        if sum(int(row["totalRequests"]) for row in table) != metrics["totalRequests"]:
            faults.append("the CSV adds up to something else")
        scraped = self.api("/metrics")
        counted = sum(
            float(line.rsplit(" ", 1)[1]) for line in scraped.splitlines() if line.startswith("hearth_cache_requests_total{")
        )
        if counted != metrics["totalRequests"]:
            faults.append(f"/metrics counts {counted}, the interface {metrics['totalRequests']}")
        context.close()
        self.tell(4, "page, interface, CSV and metrics have the same figures", faults)

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
            # Radio buttons of a group are one stop.
            if len(reached) < expected * 0.95:
                faults.append(f"{view or '/'}: {len(reached)} of {expected} controls reached")
            context.close()
        self.tell(5, "every control is reached by keyboard, with a focus that is seen", faults)

    def small(self, browser):
        faults = []
        for width, height in [(320, 256), (640, 512)]:
            for language in ["en", "he", "ru"]:
                context = self.context(browser, viewport={"width": width, "height": height})
                page = context.new_page()
                for view in VIEWS:
                    page.goto(self.address(view, ui=language, refresh="off"))
                    for spaced in (False, True):
                        if spaced:
                            page.evaluate(
                                """() => { for (const e of document.querySelectorAll('*')) {
                                     if (!(e instanceof HTMLElement)) continue;
                                     e.style.lineHeight = '1.5'; e.style.letterSpacing = '0.12em'; e.style.wordSpacing = '0.16em'; } }"""
                            )
                        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
                        if wide > 1:
                            faults.append(f"{view or '/'} {language} at {width} px{' spaced' if spaced else ''}: {wide} px too wide")
                    if width == 320 and view in ("", "/jobs"):
                        page.screenshot(path=self.artefacts / f"small{view.replace('/', '-')}-{language}.png", full_page=True)
                context.close()
        self.tell(6, "nothing is lost and nothing scrolls sideways at 320 px, at double size and with spaced text", faults)

    def hebrew(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("", ui="he", refresh="off"))
        root = page.evaluate("() => [document.documentElement.dir, document.documentElement.lang]")
        if root != ["rtl", "he"]:
            faults.append(f"dir and lang are {root}")
        start = page.evaluate("() => getComputedStyle(document.body).direction")
        if start != "rtl":
            faults.append("the body is not right to left")
        axis = page.evaluate("() => [...document.querySelectorAll('svg')].map(s => getComputedStyle(s).direction)")
        if any(direction != "ltr" for direction in axis):
            faults.append(f"charts run {axis}")
        page.goto(self.address("/questions", ui="he"))
        naked = page.evaluate(
            """() => [...document.querySelectorAll('main [lang]')].filter(e => e.lang !== 'he' && !e.closest('bdi, [dir]')).length"""
        )
        if naked:
            faults.append(f"{naked} foreign texts are not isolated")
        context.close()
        self.tell(7, "Hebrew runs right to left, charts do not, foreign texts are isolated", faults)

    def hostile(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        dialogs = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(self.address("/questions", refresh="off"))
        page.wait_for_timeout(200)
        html = page.content()
        if page.locator("main script, main iframe, main img[src='x']").count():
            faults.append("markup of a question became part of the page")
        if dialogs:
            faults.append(f"a dialog opened: {dialogs}")
        if "\u202e" in page.locator("main").inner_text():
            faults.append("an override of the writing direction is obeyed")
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 1:
            faults.append(f"a long word makes the page {wide} px too wide")
        # The other columns stay in view.
        for one in page.evaluate("() => [...document.querySelectorAll('main table')].map(t => [t.scrollWidth, t.parentElement.clientWidth])"):
            if one[0] > one[1] + 1:
                faults.append(f"a long word makes a table {one[0]} px wide in {one[1]}")
        table = self.api("/api/v1/cache/top-queries?format=csv&limit=100")
        for row in csv.reader(io.StringIO(table)):
            for cell in row:
                if cell[:1] in "=+@" and cell[:1]:
                    faults.append(f"a cell of the CSV is a formula: {cell[:40]}")
        if "<script>alert" in html:
            faults.append("a question's markup is in the source unescaped")
        context.close()
        self.tell(8, "hostile texts are inert", faults)

    def refresh(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("", refresh="5"))
        page.locator("main details summary").first.click()
        opened = page.locator("main details[open]").count()
        asked = []
        page.on("request", lambda request: asked.append(request.headers.get("hearth-fragment")) if "cache-analytics" in request.url else None)
        rounds = 10 if self.extent == "whole" else 2
        deadline = time.monotonic() + 5 * rounds + 20
        while len([one for one in asked if one == "1"]) < rounds and time.monotonic() < deadline:
            self.api("/api/v1/cache/top-queries")
            page.wait_for_timeout(500)
        if len([one for one in asked if one == "1"]) < rounds:
            faults.append(f"{len(asked)} refreshes in {5 * rounds + 20} s")
        page.wait_for_timeout(500)
        if page.locator("main details[open]").count() < opened:
            faults.append("what was open is closed after a refresh")
        context.close()
        self.tell(9, f"what is open survives {rounds} refreshes", faults)

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
        self.tell(10, "an action is done once, with the script and without it", faults)

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
        for path in ["/", "/savings/", "/jobs/prune-cache/"]:
            page.goto(self.url + BASE + path + "?ui=en")
            if page.url.split("?")[0].endswith("/"):
                faults.append(f"{path} keeps its slash: {page.url}")
        context.close()
        self.tell(12, "addresses are read and written in one way, and what is not understood is said", faults)

    def zones(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        for zone, offset in [("utc", "UTC"), ("Asia/Kolkata", "+05:30"), ("Europe/Athens", "+0")]:
            page.goto(self.address("", tz=zone, ui="en"))
            if offset not in page.locator("body").inner_text():
                faults.append(f"{zone}: {offset} is not on the page")
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

    def printed(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("/report", ui="en"))
        path = self.artefacts / "report.pdf"
        page.pdf(path=path, format="A4")
        pages = len(re.findall(rb"/Type\s*/Page[^s]", path.read_bytes()))
        if pages != 1:
            faults.append(f"the report has {pages} pages")
        context.close()
        self.tell(15, "the report is one page of paper", faults)

    def forced(self, browser):
        faults = []
        context = self.context(browser, forced_colors="active", reduced_motion="reduce")
        page = context.new_page()
        page.goto(self.address("", ui="en"))
        page.screenshot(path=self.artefacts / "forced-colours.png", full_page=True)
        moving = page.evaluate("() => document.getAnimations().length")
        if moving:
            faults.append(f"{moving} animations")
        context.close()
        self.tell(16, "forced colours and reduced motion", faults)

    def budget(self, browser):
        faults = []
        context = self.context(browser)
        page = context.new_page()
        sizes = {}
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        requested = []
        page.on("request", lambda request: requested.append(request.url))
        page.goto(self.address("", refresh="off"), wait_until="load")
        page.wait_for_timeout(300)
        import gzip

        for address in requested:
            body = urllib.request.urlopen(
                urllib.request.Request(address, headers={"Authorization": f"Bearer {self.key}"} if self.key else {}), timeout=20
            ).read()
            sizes[address.rsplit("/", 1)[-1].split("?")[0]] = len(gzip.compress(body))
        if len([one for one in requested if not one.endswith((".svg", ".ico"))]) > 3:
            faults.append(f"a first visit makes {len(requested)} requests: {requested}")
        for name, size in sizes.items():
            limit = 6144 if name.endswith((".css", ".js")) else 12288 if name == "cache-analytics" else 24576
            if size > limit:
                faults.append(f"{name} has {size} bytes compressed, {limit} are allowed")
        nodes = page.evaluate("() => document.querySelectorAll('*').length")
        if nodes > 4000:
            faults.append(f"{nodes} nodes")
        print(f"        {nodes} nodes; compressed: {sizes}")
        context.close()
        self.tell(17, "the page keeps to its budget", faults)

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
                page.locator("main form[action*='ask'] button").last.click()
                page.wait_for_load_state("load")
                text = page.locator("main").inner_text().lower()
                if question.lower() not in text:
                    faults.append(f"the {expected} does not show its question")
            page.screenshot(path=self.artefacts / "asked.png", full_page=True)
        context.close()
        self.tell(19, "a question asked twice is a miss and then a hit", faults)

    def run(self):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            checks = [
                self.every_view, self.nothing_elsewhere, self.without_script, self.same_figures, self.keyboard, self.small, self.hebrew,
                self.hostile, self.refresh, self.action_once, self.addresses, self.zones, self.below_a_prefix, self.printed, self.forced, self.budget,
                self.first_minute,
            ]
            for check in checks:
                started = time.monotonic()
                try:
                    check(browser)
                except Exception as error:  # One that breaks must not hide the others.
                    self.tell(0, check.__name__, [f"{type(error).__name__}: {str(error)[:600]}"])
                print(f"        {time.monotonic() - started:.1f} s", flush=True)
            browser.close()
        print(f"{self.failures} checks failed" if self.failures else "all checks passed")
        return 1 if self.failures else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    key = arguments[arguments.index("--key") + 1] if "--key" in arguments else None
    sys.exit(Checks(arguments[0], arguments[1], arguments[2], key).run())
