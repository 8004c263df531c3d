"""How pages look: to people who do not see, on small screens, on paper, from right to left."""

import json
import shutil
import subprocess

from harness import LANGUAGES, VIEWS

# Of bars in the cells of tables: the space to the figure beside each, on whichever side that is.
SPACE_BESIDE_BARS = """() => [...document.querySelectorAll('td > svg.cell')].map(bar => {
  const figure = document.createRange();
  figure.selectNodeContents(bar.nextSibling);
  const [box, text] = [bar.getBoundingClientRect(), figure.getBoundingClientRect()];
  return Math.max(text.left - box.right, box.left - text.right);
})"""

# What has to be on paper, and what can only be used on a screen; words that are both are not asked for.
ON_PAPER = """() => {
  const texts = selector => [...document.querySelectorAll(selector)].map(e => e.textContent);
  const content = document.body.cloneNode(true);
  for (const e of content.querySelectorAll('nav, button, form, .links, .more, .skip, .screen, .acts, .aid')) e.remove();
  const controls = texts('nav a, button, .links a, .more a, .skip, .screen, .acts a')
    .concat([...document.querySelectorAll('label')].map(e => e.firstChild.textContent));
  return {
    shown: texts('h1, .figures dt, .figures .figure, main tbody th, footer > p:not(.screen)'),
    gone: controls.map(text => text.trim()).filter(text => text && !content.textContent.includes(text)),
  };
}"""

# Outcomes of runs and series of charts, each with its shapes, and whether they are filled, with a pattern or not at all.
MARKS = """() => {
  const looks = (selector, name, shape) => {
    const found = {};
    for (const e of document.querySelectorAll(selector)) {
      const fill = e.getAttribute('fill')?.replace(/.*-/, '') ?? (getComputedStyle(e).fill === 'none' ? 'hollow' : 'full');
      (found[name(e)] ??= []).push((shape ? e.getAttribute('d').replace(/[\\d. -]+/g, ' ') : '') + fill);
    }
    return found;
  };
  return {
    outcomes: looks('.lane .mark, .strip .mark', e => e.classList[e.classList.length - 1], true),
    series: looks('#p-results rect[class^=f]', e => e.getAttribute('class'), false),
  };
}"""


class Looks:
    def every_view(self, browser):
        faults = []
        # Every language that differs in kind with every theme; in the short form each of them once.
        whole = [(language, theme) for language in ("en", "he") for theme in ("light", "dark")]
        for language, theme in whole if self.extent == "whole" else [("en", "light"), ("he", "dark")]:
            context = self.context(browser, bypass_csp=True, color_scheme=theme)
            page = context.new_page()
            failed = json.loads(self.api("/api/v1/jobs/warm-cache/runs?outcome=failure"))["runs"][0]["id"]
            others = [(f"/runs/{failed}", 200), ("/jobs/none", 404), ("/no-such", 404), ("/confirm?action=pause-job", 400)]
            for view, status in [(view, 200) for view in VIEWS] + others:
                answer = page.goto(self.address(view, ui=language, theme=theme))
                label = f"{view or '/'} {language} {theme}"
                if answer.status != status:
                    faults.append(f"{label}: status {answer.status}")
                faults += self.axe(page, label)
                name = (view.split("?")[0].replace("/", "-").strip("-") or "overview") + f"-{language}-{theme}.png"
                page.screenshot(path=self.artefacts / name, full_page=True)
            # What came of an action.
            page.goto(self.address("/confirm?action=run-job&job=prune-cache", ui=language, theme=theme))
            page.locator("main form[method=post] button").last.click()
            page.wait_for_url("**/result?id=*")
            faults += self.axe(page, f"result {language} {theme}")
            context.close()
        # As it is where the script does not come.
        context = self.context(browser, bypass_csp=True)
        context.route("**/assets/*.js", lambda route: route.abort())
        page = context.new_page()
        for language, view in [(language, view) for language in (["en", "he"] if self.extent == "whole" else ["en"]) for view in VIEWS]:
            page.goto(self.address(view, ui=language))
            faults += self.axe(page, f"{view or '/'} {language} without script")
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
        spaces = {}
        for language in ("en", "he"):
            page.goto(self.address("/savings", ui=language))
            spaces[language] = page.evaluate(SPACE_BESIDE_BARS)
        if not spaces["en"] or spaces["he"] != spaces["en"] or min(spaces["en"]) < 4:
            faults.append(f"bars and the figures beside them are apart by {spaces} px")
        page.goto(self.address("/questions", ui="he"))
        naked = page.evaluate(
            """() => [...document.querySelectorAll('main [lang]')].filter(e => e.lang !== 'he' && !e.closest('bdi, [dir]')).length"""
        )
        if naked:
            faults.append(f"{naked} foreign texts are not isolated")
        context.close()
        self.tell(7, "Hebrew runs right to left, charts do not, foreign texts are isolated", faults)

    def printed(self, browser):
        name = "the report is one page of paper; figures, tables and footers are printed, and nothing that only a screen can use"
        if not shutil.which("pdftotext"):
            return self.tell(15, name, ["pdftotext is not installed: apt-get install poppler-utils"])
        faults = []
        context = self.context(browser)
        page = context.new_page()
        texts = {}
        for view in ("report", "overview"):
            page.goto(self.address("" if view == "overview" else "/" + view, ui="en", refresh="off"))
            wanted = page.evaluate(ON_PAPER)
            path = self.artefacts / f"{view}.pdf"
            page.pdf(path=path, format="A4")
            printed = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
            texts[view] = self.words(printed)
            if view == "report" and printed.count("\f") != 1:
                faults.append(f"the report has {printed.count(chr(12))} pages")
            # The order of letters of other scripts depends on the program that reads them.
            shown = [text for text in map(self.words, wanted["shown"]) if text.isascii()]
            faults += [f"{view}: not printed: {text}" for text in shown if text not in texts[view]]
            faults += [f"{view}: printed: {text}" for text in map(self.words, wanted["gone"]) if text in texts[view]]
            if len(shown) < 10 or len(wanted["gone"]) < 10:
                faults.append(f"{view}: only {len(shown)} texts and {len(wanted['gone'])} controls were looked for")
            if "http" in texts[view]:
                faults.append(f"{view}: addresses are printed")
        for part in ("Zone: UTC.", "Range: ", "Made ", "complete to ", "Of 1 Nov 2026."):
            if part not in texts["report"]:
                faults.append(f"the report does not say: {part}")
        context.close()
        self.tell(15, name, faults)

    def forced(self, browser):
        faults = []
        for name, options in [("forced-colours", {"forced_colors": "active"}), ("more-contrast", {"contrast": "more"}), ("greyscale", {})]:
            context = self.context(browser, reduced_motion="reduce", **options)
            page = context.new_page()
            page.goto(self.address("", ui="en", refresh="off"))
            if name == "greyscale":
                page.evaluate("() => { document.documentElement.style.filter = 'grayscale(1)'; }")
            page.screenshot(path=self.artefacts / f"{name}.png", full_page=True)
            moving = page.evaluate("() => document.getAnimations().length")
            if moving:
                faults.append(f"{name}: {moving} animations")
            for what, marks in page.evaluate(MARKS).items():
                if len(marks) < 2:
                    faults.append(f"{name}: only {len(marks)} {what} to tell apart")
                for mark, looks in marks.items():
                    same = [other for other in marks if other != mark and set(marks[other]) & set(looks)]
                    if same:
                        faults.append(f"{name}: of the {what} {mark} looks like {same[0]} but for its colour")
            context.close()
        self.tell(16, "marks are told apart without their colours, with forced colours and more contrast, and nothing moves", faults)
