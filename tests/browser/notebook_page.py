"""A notebook open in JupyterLab, as a learner's hands and eyes meet it."""

import json
import time
import urllib.request

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
EXPLORER = f"{PANEL} .course-explorer:has(.course-controls)"
READY = f"""(ms) => {{
  const panel = document.querySelector('{PANEL}');
  const name = panel?.querySelector('.jp-Toolbar-kernelName')?.innerText || '';
  const status = panel?.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status;
  const ok = name && !/No Kernel/.test(name) && status === 'idle';
  const now = performance.now();
  if (!ok) {{ window.__since = 0; return false; }}
  if (!window.__since) window.__since = now;
  return now - window.__since > ms;
}}"""
PROMPTS = f"""() => [...document.querySelectorAll('{PANEL} .jp-CodeCell .jp-InputPrompt')]
  .map((e) => e.innerText.trim())"""
STATE = """(node) => {
  const plot = node.querySelector('.js-plotly-plot');
  const status = [...node.querySelectorAll('.course-status')].map((e) => e.textContent).join(' ');
  const table = node.querySelector('table');
  return {
    figure: plot ? JSON.stringify([plot.data, plot.layout.title, plot.layout.shapes,
      plot.layout.annotations, plot.layout.xaxis && plot.layout.xaxis.range,
      plot.layout.yaxis && plot.layout.yaxis.range]) : '',
    sentence: status + (table ? table.textContent : ''),
  };
}"""
ROLES = {
    "button",
    "slider",
    "textbox",
    "spinbutton",
    "combobox",
    "listbox",
    "radio",
    "checkbox",
    "link",
}


class NotebookPage:
    """One notebook in its own browser context; records what went wrong meanwhile."""

    def __init__(self, context, url, root, path, shots):
        self.context, self.url, self.path = context, url, path
        self.file = root / path
        self.shots = shots
        self.errors, self.left_the_machine = [], []
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda e: self.errors.append(f"page error: {e}"))
        context.route("**/*", self._guard)
        self.page.goto(f"{url}/lab/tree/{path}?reset", wait_until="domcontentloaded")
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function(READY, arg=1200, timeout=90_000)

    def _console(self, message):
        if message.type == "error":
            self.errors.append(message.text[:400])

    def _guard(self, route):
        target = route.request.url
        if target.startswith((self.url, self.url.replace("http", "ws"), "data:", "blob:")):
            route.continue_()
        else:
            self.left_the_machine.append(target)
            route.abort()

    def run_all(self, timeout=120.0):
        """Run all cells and wait until every one has a number."""
        for _ in range(3):
            self.page.click('.lm-MenuBar-item:has-text("Run")')
            self.page.click('.lm-Menu-item[data-command="runmenu:run-all"]')
            limit, idle = time.monotonic() + timeout, 0
            while time.monotonic() < limit:
                prompts = self.page.evaluate(PROMPTS)
                if all(p not in ("[ ]:", "[*]:") for p in prompts):
                    # a folded cell shows no number: what is left of them runs until the kernel rests
                    self.page.wait_for_function(READY, arg=700, timeout=timeout * 1000)
                    self._figures_drawn()
                    return
                if self.page.locator(
                    f"{PANEL} .jp-mod-error, {PANEL} [data-mime-type*='stderr'].jp-mod-raised"
                ).count():
                    break
                idle = idle + 1 if all(p == "[ ]:" for p in prompts) else 0
                if idle >= 10:  # the requests were swallowed while the kernel was connecting
                    break
                self.page.wait_for_timeout(250)
            else:
                break
        raise AssertionError(
            f"{self.path} did not run through: {self.page.evaluate(PROMPTS)}; {self.tracebacks()}"
        )

    def run_all_past_errors(self, timeout=60.0):
        """Run cell after cell, also past cells that raise, as an untouched exercise does."""
        cells = self.page.locator(f"{PANEL} .jp-Cell")
        cells.first.click()
        self.page.keyboard.press("Escape")
        for _ in range(cells.count()):
            self.page.keyboard.press("Shift+Enter")
            self.page.wait_for_timeout(250)
        limit = time.monotonic() + timeout
        while "[*]:" in self.page.evaluate(PROMPTS) and time.monotonic() < limit:
            self.page.wait_for_timeout(250)
        self.page.wait_for_timeout(700)

    def _figures_drawn(self):
        """Wait until every explorer, known by its controls, has drawn its figure."""
        self.page.wait_for_function(
            f"""() => [...document.querySelectorAll('{EXPLORER}')].every(
              (e) => e.querySelector('.js-plotly-plot.course-figure .main-svg'))""",
            timeout=60_000,
        )

    def tracebacks(self):
        """Return the tracebacks that the page shows."""
        found = self.page.locator(f"{PANEL} .jp-OutputArea-output[data-mime-type*='error']")
        return found.all_inner_texts()

    def explorers(self):
        """Return the explorers that hold a figure."""
        found = self.page.locator(EXPLORER)
        return [found.nth(i) for i in range(found.count())]

    def state(self, explorer):
        """Return an explorer's figure and its words, as they are in the page now."""
        return explorer.evaluate(STATE)

    def changed(self, explorer, before, timeout=8.0):
        """Wait until both the figure and the words differ from before; return what is left equal."""
        limit = time.monotonic() + timeout
        while True:
            now = self.state(explorer)
            same = [part for part in before if now[part] == before[part]]
            if not same or time.monotonic() > limit:
                return same
            self.page.wait_for_timeout(50)

    def drag(self, handle, share):
        """Drag a slider's handle to a share (0 to 1) of its track."""
        handle.scroll_into_view_if_needed()
        track = handle.locator("xpath=ancestor::*[contains(@class,'noUi-base')]").bounding_box()
        box = handle.bounding_box()
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + box["width"] / 2, y)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + track["width"] * share, y, steps=6)
        self.page.mouse.up()

    def nameless(self):
        """Return the controls in outputs that have no accessible name."""
        client = self.context.new_cdp_session(self.page)
        client.send("Accessibility.enable")
        client.send("DOM.enable")
        document = client.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        areas = client.send(
            "DOM.querySelectorAll",
            {"nodeId": document, "selector": f"{PANEL} .jp-OutputArea-output"},
        )["nodeIds"]
        found = []
        for area in areas:
            tree = client.send("Accessibility.queryAXTree", {"nodeId": area})["nodes"]
            for node in tree:
                role = node.get("role", {}).get("value")
                if node.get("ignored") or role not in ROLES:
                    continue
                if not node.get("name", {}).get("value", "").strip():
                    properties = {
                        p["name"]: p["value"].get("value") for p in node.get("properties", [])
                    }
                    found.append(f"{role} {json.dumps(properties)[:120]}")
        return found

    def shot(self, name, locator=None):
        """Keep a screenshot as a test artefact."""
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{name}.png"
        if locator is None:
            self.page.screenshot(path=path)
        else:
            locator.scroll_into_view_if_needed()
            locator.screenshot(path=path)
        return path

    def whole(self, name, height=1800):
        """Keep screenshots of the whole notebook, one tall window after the other."""
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": size["width"], "height": height})
        scroller = self.page.locator(f"{PANEL} .jp-WindowedPanel-outer").first
        total = scroller.evaluate("(node) => node.scrollHeight")
        seen = scroller.evaluate("(node) => node.clientHeight")
        for part in range(-(-total // seen)):
            scroller.evaluate("(node, top) => { node.scrollTop = top; }", part * seen)
            self.page.wait_for_timeout(250)
            self.shot(f"{name}-{part + 1:02d}")
        self.page.set_viewport_size(size)

    def close(self):
        """Close the page and end its kernel."""
        sessions = json.load(urllib.request.urlopen(f"{self.url}/api/sessions", timeout=10))
        for session in sessions:
            if session["path"] == self.path:
                request = urllib.request.Request(
                    f"{self.url}/api/sessions/{session['id']}", method="DELETE"
                )
                urllib.request.urlopen(request, timeout=20).close()
        self.context.close()
