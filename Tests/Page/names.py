"""What people who do not see a page hear of what they can use on it, in a browser and with the script."""

import re
from pathlib import Path

from harness import LANGUAGES, VIEWS

ROLES = {"link", "button", "textbox", "combobox", "slider", "region", "navigation", "form", "group", "main", "banner", "contentinfo"}
# Names of jobs, runs and questions, moments and amounts.
DATA = re.compile(r"[0-9]{2}|aggregate-|prune-|probe-|refresh-|warm-cache|retain-|https?:|house number|umbrella|garden")


class Names:
    writes_names = False

    def names_of_controls(self, browser):
        faults = []
        for language in LANGUAGES if self.extent == "whole" else ["en", "he"]:
            found = set()
            context = self.context(browser)
            page = context.new_page()
            session = context.new_cdp_session(page)
            # What a runbook links to is a part of its text.
            for view in [one for one in VIEWS if not one.startswith("/runbooks")]:
                page.goto(self.address(view, ui=language))
                # What is said of each question is written down once.
                questions = {" ".join(text.split()) for text in page.locator("main tbody th bdi").all_inner_texts()}
                for name in self.accessible_names(session):
                    question = next((one for one in questions if one and name.endswith(": " + one)), None)
                    found.add(name.removesuffix(question) + "…" if question else name)
            context.close()
            path = Path(__file__).parent / "golden" / f"names-{language}.txt"
            if self.writes_names:
                path.parent.mkdir(exist_ok=True)
                path.write_text("\n".join(sorted(found)) + "\n")
            written = set(path.read_text().splitlines())
            faults += [f"{language}: not written down: {name}" for name in sorted(found - written)]
            faults += [f"{language}: no longer there: {name}" for name in sorted(written - found)]
            faults += [f"{language}: a {name.split(':')[0]} has no name" for name in found if name.endswith(": ")]
        self.tell(18, "what can be used is called as it is written down", faults)

    @staticmethod
    def accessible_names(session):
        """As Chromium hands them to screen readers."""
        names = set()
        for node in session.send("Accessibility.getFullAXTree")["nodes"]:
            role = node.get("role", {}).get("value")
            if node.get("ignored") or role not in ROLES:
                continue
            name = " ".join(node.get("name", {}).get("value", "").split())
            if role in ("main", "banner", "contentinfo", "form", "group") and not name:
                continue
            if not DATA.search(name):
                names.add(f"{role}: {name}")
        return names
