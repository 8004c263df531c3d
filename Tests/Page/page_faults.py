"""What an open page, and one that is opened, show while Redis, PostgreSQL, the provider and Hearth itself are away.

usage: page_faults.py URL ARTEFACTS FOLDER

Whoever starts it does what the lines `step N: …` ask for, and says so by making the file FOLDER/step-N.
"""

import sys
import time
from pathlib import Path

from harness import BASE, Harness
from playwright.sync_api import sync_playwright

# A panel may take 500 ms, a page 600; the rest is for a machine that does other things too.
PAGE_SECONDS = 1.5
# An open page asks every five seconds.
NOTICE_SECONDS = 40


class Faults(Harness):
    def __init__(self, url, artefacts, folder):
        super().__init__(url, "whole", artefacts, None)
        self.folder = Path(folder)
        self.steps = 0
        self.faults = []

    def step(self, wish):
        self.steps += 1
        print(f"step {self.steps}: {wish}", flush=True)
        done = self.folder / f"step-{self.steps}"
        deadline = time.monotonic() + 120
        while not done.exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody did: {wish}")
            time.sleep(0.05)

    def expect(self, what, holds):
        if not holds:
            self.faults.append(what)

    def until(self, what, holds, seconds=NOTICE_SECONDS):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if holds():
                return
            self.open.wait_for_timeout(200)
        self.faults.append(f"{what}: not within {seconds} s; the page says: {self.status()}")

    def status(self):
        return self.open.locator("section.status").inner_text()

    def visit(self, view="", **state):
        """Opens a page anew; a store that is away costs a panel, not the page."""
        started = time.monotonic()
        answer = self.fresh.goto(self.address(view, ui="en", refresh="off", **state), wait_until="commit")
        elapsed = time.monotonic() - started
        self.fresh.wait_for_load_state("load")
        self.expect(f"{view or '/'} has status {answer.status}", answer.status == 200)
        self.expect(f"{view or '/'} has taken {elapsed:.2f} s", elapsed <= PAGE_SECONDS)
        return self.fresh.locator("body").inner_text()

    def picture(self, name):
        self.fresh.screenshot(path=self.artefacts / f"fault-{name}.png", full_page=True)

    def check(self, browser):
        context = self.context(browser)
        self.open, self.fresh = context.new_page(), context.new_page()
        for number in range(20):
            self.ask(f"Is the table number {number % 4} free?")
        for view in ("", "/savings", "/questions", "/jobs", "/health"):
            self.visit(view)
        self.open.goto(self.address("", ui="en", refresh="5"))
        self.until("at first all is well", lambda: "Working" in self.status() and "without" not in self.status())

        self.step("kill redis")
        self.until("the open page tells that Redis is away", lambda: "Working without Redis" in self.status())
        text = self.visit()
        self.expect("a page that is opened tells it too", "Working without Redis" in text)
        for view in ("/savings", "/questions", "/jobs", "/report"):
            self.visit(view)
        text = self.visit("/health")
        self.expect("the row of Redis is marked", "down" in text)
        self.picture("redis")
        self.step("start redis")
        # A Redis that failed several times in a row is left alone for up to 72 seconds.
        self.until("all is well again", lambda: "without" not in self.status(), 90)

        self.step("freeze postgres")
        text = self.visit()
        self.expect("a store that hangs is told", "store is slow" in text)
        self.picture("postgres-frozen")
        for view in ("/savings", "/jobs", "/jobs/prune-cache", "/health", "/report", "/confirm?action=run-job&job=prune-cache", "/confirm?action=invalidate&language=he"):
            self.visit(view)
        started = time.monotonic()
        answer = self.fresh.request.get(self.url + BASE + "/report?format=csv")
        self.expect(f"the table of the month has status {answer.status}", answer.status == 503 and answer.headers.get("retry-after"))
        self.expect("the table of the month hangs", time.monotonic() - started <= PAGE_SECONDS)
        self.step("thaw postgres")
        self.until("nothing is slow any more", lambda: "store is slow" not in self.open.locator("main").inner_text())

        self.step("kill postgres")
        self.until("the open page tells that PostgreSQL is away", lambda: "Working without PostgreSQL" in self.status())
        for view in ("", "/savings", "/jobs", "/health", "/report"):
            self.visit(view)
        self.picture("postgres-killed")
        self.step("start postgres")
        self.until("all is well again", lambda: "without" not in self.status())

        self.step("kill provider")
        for number in range(30):
            try:
                self.ask(f"Is the garden number {number} open?")
            except OSError:
                pass
        self.until("the open page tells that the provider is away", lambda: "Provider down" in self.status())
        text = self.visit("/health")
        self.expect("the breaker is told with its time", "since" in text)
        self.expect("the events have the breaker", "breaker" in text.lower())
        self.picture("provider")

        figures = self.open.locator("#p-figures").inner_text()
        self.step("kill hearth")
        self.until("the open page says that nobody answers", lambda: "no answer since" in self.open.locator("body").inner_text())
        self.expect("the figures are marked as old", self.open.evaluate("() => document.body.classList.contains('old')"))
        self.expect("the figures are blanked", self.open.locator("#p-figures").inner_text().split() != [] and len(figures) > 0)
        self.open.screenshot(path=self.artefacts / "fault-hearth.png", full_page=True)
        self.step("start hearth")
        self.until("the open page goes on by itself", lambda: "no answer since" not in self.open.locator("body").inner_text(), 90)
        self.expect("the mark stays", not self.open.evaluate("() => document.body.classList.contains('old')"))
        context.close()
        self.tell(11, "stores, provider and Hearth killed and brought back: pages say so and recover by themselves", self.faults)


if __name__ == "__main__":
    checks = Faults(*sys.argv[1:4])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            checks.check(chromium)
        except Exception as error:
            checks.tell(11, "the check ends", checks.faults + [f"{type(error).__name__}: {str(error)[:600]}"])
        chromium.close()
    sys.exit(1 if checks.failures else 0)
