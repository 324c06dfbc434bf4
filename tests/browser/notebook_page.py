"""A notebook open in JupyterLab, used as a learner uses it."""

import contextlib
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
  .map((e) => e.textContent.trim())"""
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
# Under the default windowing, cells off the screen are in the page but not laid out, so that
# innerText has nothing of them; textContent has.
FORGET_NUMBERS = f"""() => document.querySelectorAll('{PANEL} .jp-CodeCell .jp-InputPrompt')
  .forEach((e) => {{ if (e.textContent.trim()) e.textContent = '[ ]:'; }})"""
LOST = """(outputs) => outputs.map((e) => e.textContent.trim())
  .filter((text) => /Error displaying widget|model not found|^\\w+\\(children=/.test(text))
  .map((text) => text.slice(0, 200))"""
WIDTHS = """(explorer) => {
  const style = getComputedStyle(explorer);
  const available = explorer.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [explorer.querySelector('.main-svg').getBoundingClientRect().width, available];
}"""
REGIONS = """(regions) => regions
  .map((e) => e.getAttribute('aria-label') || '')
  .filter((name) => !/\\w/.test(name.split(':').pop()))"""
# The colours that a text and its background really have, and their contrast by WCAG 2.
CONTRAST = """(node) => {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  let below = [255, 255, 255];
  const layers = [];
  for (let e = node; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
  for (const layer of layers.reverse()) below = over(layer, below);
  const text = over(parse(getComputedStyle(node).color), below);
  const light = (rgb) => rgb.map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const [high, low] = [light(text), light(below)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}"""
OUTLINE = """(node) => {
  const style = getComputedStyle(node);
  return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
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
        self.received = 0
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda e: self.errors.append(f"page error: {e}"))
        self.page.on("request", self._watch)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        self.page.goto(f"{url}/lab/tree/{path}?reset", wait_until="domcontentloaded")
        self._opened()

    def _opened(self):
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function(READY, arg=700, timeout=90_000)

    def _console(self, message):
        if message.type == "error":
            self.errors.append(message.text[:400])

    def _watch(self, request):
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.left_the_machine.append(request.url)

    def _count(self, frame):
        self.received += len(frame)

    def run_all(self, timeout=120.0):
        """Run all cells by the menu and wait until every one has a number."""
        for _ in range(3):
            self.page.click('.lm-MenuBar-item:has-text("Run")')
            self.page.click('.lm-Menu-item[data-command="runmenu:run-all"]')
            if self._all_numbered(timeout):
                return
        raise AssertionError(
            f"{self.path} did not run through: {self.page.evaluate(PROMPTS)}; {self.error_outputs()}"
        )

    def shift_enter_through(self, timeout=120.0):
        """Run cell after cell by Shift+Enter, as a reader does who never opens the menu."""
        cells = self.page.locator(f"{PANEL} .jp-Cell")
        cells.first.click()
        self.page.keyboard.press("Escape")
        self.page.evaluate(FORGET_NUMBERS)
        for _ in range(cells.count() - 1):
            self.page.keyboard.press("Shift+Enter")
            self.page.wait_for_timeout(20)
        self.page.keyboard.press("Control+Enter")  # Shift+Enter would add a cell here
        if not self._all_numbered(timeout):
            raise AssertionError(f"{self.path} did not run through: {self.page.evaluate(PROMPTS)}")

    def _all_numbered(self, timeout):
        """Wait until every cell has a number and the kernel rests; false where a run stopped."""
        limit, idle = time.monotonic() + timeout, 0
        while time.monotonic() < limit:
            prompts = self.page.evaluate(PROMPTS)
            if all(p not in ("[ ]:", "[*]:") for p in prompts):
                # a folded cell shows no number: what is left of them runs until the kernel rests
                self.page.wait_for_function(READY, arg=700, timeout=timeout * 1000)
                self._figures_shown()
                return True
            # Requests are swallowed while the kernel is connecting, and dropped after an error.
            idle = idle + 1 if "[*]:" not in prompts else 0
            if idle >= 10:
                return False
            self.page.wait_for_timeout(250)
        return False

    def slow_down(self, times):
        """Give the page so many times less of the processor, from now on."""
        client = self.context.new_cdp_session(self.page)
        client.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def save(self):
        """Save the notebook by its key, and wait until it is written."""
        before = self.file.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        limit = time.monotonic() + 10
        while self.file.stat().st_mtime_ns == before or self.is_dirty():
            assert time.monotonic() < limit, f"{self.path} was not saved"
            self.page.wait_for_timeout(50)

    def reload(self, patience=60.0):
        """Save the notebook, load the page again with the kernel alive, and wait for its explorers."""
        explorers = len(self.explorers())
        self.save()
        self.received = 0
        self.page.reload(wait_until="domcontentloaded")
        self._opened()
        limit = time.monotonic() + patience
        while len(self.explorers()) < explorers and time.monotonic() < limit:
            if self.lost_widgets():
                break
            self.page.wait_for_timeout(250)

    def _figures_shown(self):
        """Wait until no widget is loading and every explorer, known by its controls, has a figure."""
        self.page.wait_for_function(
            f"""() => [...document.querySelectorAll('{PANEL} .jp-OutputArea-output')]
                .every((e) => !/^Loading widget/.test(e.textContent.trim()))
              && [...document.querySelectorAll('{EXPLORER}')]
                .every((e) => e.querySelector('.course-figure'))""",
            timeout=60_000,
        )

    def error_outputs(self):
        """Return the errors on the page: tracebacks, and other text sent to stderr."""
        errors = self.page.locator(f"{PANEL} [data-mime-type='application/vnd.jupyter.stderr']")
        return errors.all_text_contents()

    def outputs(self):
        """Return the text of every output on the page."""
        return self.page.locator(f"{PANEL} .jp-OutputArea-output").all_text_contents()

    def outputs_of(self, tag):
        """Save the notebook; return what each cell with this tag has printed."""
        self.save()
        cells = json.loads(self.file.read_text(encoding="utf-8"))["cells"]
        return [
            "".join("".join(output.get("text", "")) for output in cell["outputs"])
            for cell in cells
            if tag in cell["metadata"].get("tags", ())
        ]

    def lost_widgets(self):
        """Return the outputs that should be a widget and are not."""
        return self.page.locator(f"{PANEL} .jp-OutputArea-output").evaluate_all(LOST)

    def unnamed_regions(self):
        """Return the names of regions that say no more than what kind of box it is."""
        return self.page.locator(f"{PANEL} [role=region]").evaluate_all(REGIONS)

    def contrast(self, locator):
        """Return the contrast of a text with what is behind it, from 1 to 21."""
        return locator.evaluate(CONTRAST)

    def focus_outline(self, locator):
        """Give a control the focus as the keyboard does; return the width of its outline, in px."""
        self.page.keyboard.press("Shift")  # focus shows where the last thing used was the keyboard
        locator.focus()
        assert locator.evaluate("(node) => node === document.activeElement")
        return locator.evaluate(OUTLINE)

    def is_dirty(self):
        """Say whether the notebook's tab counts as changed."""
        return self.page.locator(".lm-DockPanel-tabBar .jp-mod-current.jp-mod-dirty").count() > 0

    def toasts(self):
        """Return the notifications that cover the page."""
        return self.page.locator(".Toastify__toast").all_text_contents()

    def narrow_figures(self):
        """Return the figures that are not as wide as their cell, each scrolled into view."""
        narrow = []
        for number, explorer in enumerate(self.explorers(), start=1):
            explorer.scroll_into_view_if_needed()
            explorer.locator(".main-svg").first.wait_for(timeout=20_000)
            limit = time.monotonic() + 5
            while True:
                figure, cell = explorer.evaluate(WIDTHS)
                if abs(figure - cell) <= 1:
                    break
                if time.monotonic() > limit:
                    narrow.append(f"explorer {number}: {figure:.0f} px, its cell {cell:.0f} px")
                    break
                self.page.wait_for_timeout(100)
        return narrow

    def explorers(self):
        """Return the explorers that hold a figure."""
        explorers = self.page.locator(EXPLORER)
        return [explorers.nth(i) for i in range(explorers.count())]

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

    def keys_move(self, explorer, handle):
        """Press an arrow key on a slider until figure and words differ; return what stayed equal."""
        self.page.wait_for_timeout(300)
        before = self.state(explorer)
        now, low, high = (
            float(handle.get_attribute(f"aria-value{name}")) for name in ("now", "min", "max")
        )
        key = "ArrowRight" if high - now >= now - low else "ArrowLeft"
        handle.focus()
        for _ in range(8):
            handle.press(key)
            if not self.changed(explorer, before, timeout=0.3):
                return []
        return self.changed(explorer, before)

    def drag(self, handle, share):
        """Drag a slider's handle to a share (0 to 1) of its track."""
        # Cells take their height when they come into view: hover waits until nothing moves any more.
        handle.hover()
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
        nameless = []
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
                    nameless.append(f"{role} {json.dumps(properties)[:120]}")
        return nameless

    def shot(self, name, locator=None):
        """Save a screenshot if screenshots are requested."""
        if self.shots is None:
            return
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{name}.png"
        if locator is None:
            self.page.screenshot(path=path)
        else:
            with self._tall():
                locator.scroll_into_view_if_needed()
                self.page.wait_for_timeout(250)
                locator.screenshot(path=path)

    def whole(self, name):
        """Keep screenshots of the whole notebook, one tall window after the other."""
        if self.shots is None:
            return
        with self._tall():
            scroller = self.page.locator(f"{PANEL} .jp-WindowedPanel-outer").first
            total = scroller.evaluate("(node) => node.scrollHeight")
            seen = scroller.evaluate("(node) => node.clientHeight")
            for part in range(-(-total // seen)):
                scroller.evaluate("(node, top) => { node.scrollTop = top; }", part * seen)
                self.page.wait_for_timeout(250)
                self.shot(f"{name}-{part + 1:02d}")

    @contextlib.contextmanager
    def _tall(self):
        """Make the window so tall that a whole explorer can be seen in it."""
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": size["width"], "height": 1800})
        yield
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
        self.page.close()
