"""What pages say: the same figures everywhere, hostile texts inert, and within the budget."""

import csv
import gzip
import io
import json
import re
import urllib.request

from harness import BASE, VIEWS

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types hearth",
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin", "cache-control": "no-store",
    "vary": "Accept, Accept-Language, Cookie, Hearth-Fragment",
}
ASSET_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}


class Figures:
    def nothing_elsewhere(self, browser):
        faults = []
        self.elsewhere.clear()
        self.console.clear()
        context = self.context(browser)
        page = context.new_page()
        assets = []
        page.on("response", lambda answer: assets.append(answer) if "/assets/" in answer.url else None)
        for view in VIEWS:
            answer = page.goto(self.address(view), wait_until="load")
            page.wait_for_timeout(100)
            faults += self.wrong_headers(answer, HEADERS)
            # Hints are what this browser would send to who asks for them.
            allowed = page.evaluate("() => document.featurePolicy.allowedFeatures().filter(one => !one.startsWith('ch-'))")
            if allowed != ["clipboard-write"]:
                faults.append(f"{view or '/'}: permissions-policy allows {allowed}")
        for answer in assets:
            faults += self.wrong_headers(answer, ASSET_HEADERS)
        if len({answer.url for answer in assets}) < 3:
            faults.append(f"only {len(assets)} assets were asked for")
        context.close()
        faults += self.elsewhere + self.console
        self.tell(2, "no request to any other origin, no message in the console, and the headers that forbid both", faults)

    @staticmethod
    def wrong_headers(answer, expected):
        return [f"{answer.url}: {name} is {answer.headers.get(name)}" for name in expected if answer.headers.get(name) != expected[name]]

    def without_script(self, browser):
        faults = []
        for view in ["", "/savings", "/jobs", "/health"]:
            texts = []
            for script in (True, False):
                context = self.context(browser, script=script)
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
        # Everything was asked in this month, so its report has the same figures.
        page.goto(self.address("/report", ui="en"))
        asked = page.locator("#p-month .figure").first.inner_text()
        if asked != f"{metrics['totalRequests']:,}":
            faults.append(f"the report says that {asked} questions were asked, the interface {metrics['totalRequests']}")
        months = list(csv.DictReader(io.StringIO(self.api(BASE + "/report?format=csv"))))
        if sum(int(row["totalRequests"]) for row in months) != metrics["totalRequests"]:
            faults.append("the report's CSV adds up to something else")
        counts = [int(re.sub(r"\D", "", text)) for text in page.locator("ol.top li > .quiet:last-child").all_inner_texts()]
        top = [query["hitCount"] for query in json.loads(self.api("/api/v1/cache/top-queries?limit=10"))["queries"]]
        if counts != top or not counts:
            faults.append(f"the report counts {counts} of the most asked questions, the interface {top}")
        context.close()
        self.tell(4, "page, report, interface, CSV and metrics have the same figures", faults)

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
        faults += self.refresh_work(browser)
        self.tell(17, "the page keeps to its budget", faults)

    def refresh_work(self, browser):
        """What one refresh asks for, and how long its script works on a phone that is four times as slow."""
        context = self.context(browser)
        page = context.new_page()
        page.goto(self.address("", refresh="5"))
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        requests = []
        page.on("request", lambda request: requests.append(request.url))

        def worked():
            metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
            return metrics["ScriptDuration"] * 1000

        times = []
        for number in range(4 if self.extent == "whole" else 1):
            self.ask(f"Is there a table for {number} in the garden at the budget?")
            before = worked()
            # By its request: the answer to one that was made before may still be on its way.
            with page.expect_request(lambda request: "cache-analytics" in request.url, timeout=20000) as refresh:
                pass
            refresh.value.response()
            page.wait_for_timeout(700)
            times.append(worked() - before)
        context.close()
        print(f"        script work of refreshes, four times slowed: {', '.join(f'{one:.1f} ms' for one in times)}")
        faults = []
        if len(requests) != len(times):
            faults.append(f"{len(times)} refreshes make {len(requests)} requests: {requests[:5]}")
        # A single sample of a busy machine says little.
        if self.extent == "whole" and min(times) > 20:
            faults.append(f"a refresh works for {min(times):.1f} ms")
        return faults
