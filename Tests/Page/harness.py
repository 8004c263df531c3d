"""What every check of the page uses."""

import json
import urllib.parse
import urllib.request
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

BASE = "/admin/cache-analytics"
VIEWS = ["", "/savings", "/questions", "/jobs", "/jobs/prune-cache", "/jobs/warm-cache", "/health", "/report", "/help", "/runbooks", "/runbooks/HearthStoreDown", "/confirm?action=run-job&job=prune-cache"]
LANGUAGES = ["en", "es", "he", "pt", "ru"]
# Everything that WCAG asks for at A and AA, and what is good practice beyond it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Harness:
    def __init__(self, url, extent, artefacts, key):
        self.url = url.rstrip("/")
        self.extent = extent
        self.artefacts = Path(artefacts)
        self.artefacts.mkdir(parents=True, exist_ok=True)
        self.key = key
        self.failures = 0
        self.elsewhere = []
        self.console = []

    def tell(self, number, name, faults):
        faults = [fault for fault in faults if fault]
        print(f"{'ok  ' if not faults else 'FAIL'} {number:>2} {name}", flush=True)
        for fault in faults[:12]:
            print(f"        {fault}", flush=True)
        self.failures += bool(faults)

    @staticmethod
    def words(text):
        return " ".join(text.split())

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

    def ask(self, question, language="en"):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        body = json.dumps({"query": question, "language": language}).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + "/api/v1/cache/query", body, headers), timeout=20) as answer:
            return json.load(answer)

    def axe(self, page, label):
        # The policy of the page forbids scripts from elsewhere; the rules are run beside it, in the debugger's own world.
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        return [
            f"{label}: {violation['id']} ({violation['impact']}) {violation['nodes'][0]['html'][:160]}"
            for violation in results.response["violations"]
        ]
