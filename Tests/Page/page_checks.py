"""Checks of the page in Debian's Chromium, driven by Playwright, with the rules of axe-core.

usage: page_checks.py URL short|whole ARTEFACTS [--key KEY] [--only CHECK,CHECK] [--write-names]

URL is a running Hearth with the data of seed.py and HEARTH_PRICES_DATE=2026-11-01. Prints one line for each check and ends with 1 if one failed. Screenshots and the
PDF of the report are kept in ARTEFACTS. The numbers are those of the design. `--only` names the functions of the checks
to run; `--write-names` writes the list of names anew.
"""

import sys
import time

from behaviour import Behaviour
from figures import Figures
from harness import Harness
from looks import Looks
from names import Names
from playwright.sync_api import sync_playwright
from tabs import Tabs


class Checks(Harness, Looks, Figures, Behaviour, Names, Tabs):
    def run(self):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            checks = [
                self.every_view, self.nothing_elsewhere, self.without_script, self.same_figures, self.keyboard, self.small, self.hebrew,
                self.hostile, self.refresh, self.silence, self.action_once, self.addresses, self.zones, self.below_a_prefix, self.printed, self.forced, self.budget,
                self.first_minute, self.names_of_controls, self.hundred_tabs,
            ]
            for check in checks:
                if self.only and check.__name__ not in self.only:
                    continue
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
    checks = Checks(arguments[0], arguments[1], arguments[2], key)
    checks.only = arguments[arguments.index("--only") + 1].split(",") if "--only" in arguments else []
    checks.writes_names = "--write-names" in arguments
    sys.exit(checks.run())
