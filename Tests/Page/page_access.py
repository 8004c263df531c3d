"""What somebody sees who has to sign in, on a store that nobody has asked anything, with the rules of axe-core.

usage: page_access.py URL KEY ARTEFACTS

URL is a running Hearth with keys and without data; KEY has the scope `stats` only. Prints lines like page_checks.py.
"""

import sys

from harness import Harness
from playwright.sync_api import sync_playwright


class Access(Harness):
    def check(self, browser):
        faults = []
        for language, theme in [("en", "light"), ("he", "dark")]:
            context = self.context(browser, bypass_csp=True, color_scheme=theme)
            page = context.new_page()
            answer = page.goto(self.address("", ui=language, theme=theme))
            if answer.status != 401 or "hearth keys create --name page --scopes stats" not in page.locator("main").inner_text():
                faults.append(f"{language}: whoever has no key gets {answer.status}, and is not told how one is made")
            faults += self.axe(page, f"sign-in {language} {theme}")
            self.sign_in(page, "wrong")
            if page.locator("[role=alert] a[href='#key']").count() != 1 or not page.locator("#key[aria-invalid]").count():
                faults.append(f"{language}: a wrong key is not told on top and at its field")
            faults += self.axe(page, f"wrong key {language} {theme}")
            page.goto(self.address("", ui=language, theme=theme))
            self.sign_in(page, self.key)
            page.wait_for_url(lambda url: "sign-in" not in url)
            for view in ("", "/savings", "/questions", "/jobs", "/health", "/help"):
                answer = page.goto(self.address(view, ui=language, theme=theme, refresh="off"))
                if answer.status != 200:
                    faults.append(f"{view or '/'}: status {answer.status}")
                faults += self.axe(page, f"{view or '/'} without data {language} {theme}")
                if page.locator("a[href*='/confirm'], form[action*='/confirm'], form[action*='/actions/']").count():
                    faults.append(f"{view or '/'}: a key that may only read is offered an action")
            if language == "en" and "Your key may only read, so there are no buttons." not in page.locator("main").inner_text():
                faults.append("the help does not say why there are no buttons")
            page.screenshot(path=self.artefacts / f"read-only-{language}.png", full_page=True)
            context.close()
        self.tell(1, "signing in, an empty store and a key that may only read: no violation of the accessibility rules, and the reasons", faults)

    @staticmethod
    def sign_in(page, key):
        page.locator("#key").fill(key)
        with page.expect_navigation(wait_until="load"):
            page.locator("main form button").click()


if __name__ == "__main__":
    checks = Access(sys.argv[1], "short", sys.argv[3], sys.argv[2])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            checks.check(chromium)
        except Exception as error:
            checks.tell(1, "the check ends", [f"{type(error).__name__}: {str(error)[:600]}"])
        chromium.close()
    sys.exit(1 if checks.failures else 0)
