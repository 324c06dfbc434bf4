"""Milliseconds from a key on a slider to the redrawn figure, for every slider, in real Chromium.

    make bench, or: .venv/bin/python benchmarks/bench_explorers.py [LESSON ...]

JupyterLab runs on loopback with its default settings, the lesson is run whole, then each slider of
each explorer is moved by arrow keys, twelve times. The clock starts in the page when the key goes
down and stops when plotly has drawn the change. A move after which nothing is drawn counts as
missed; it has no time, so it is in neither median nor worst, but in the column beside them. The
load is that of the machine while the slider was measured. A screen refresh (16 ms) is part of
each figure.
"""

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure import load
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from lab_server import ARGUMENTS, CHROMIUM, running_lab  # noqa: E402
from notebook_page import NotebookPage  # noqa: E402

MOVES = 12
PATIENCE = 3_000
TIME_ONE_KEY = """([node, handle, key, patience]) => new Promise((resolve) => {
  const plot = node.querySelector('.js-plotly-plot');
  let start = 0;
  const drawn = () => requestAnimationFrame(() => {
    clearTimeout(late);
    resolve(performance.now() - start);
  });
  const late = setTimeout(() => {
    plot.removeListener('plotly_afterplot', drawn);
    resolve(null);
  }, patience);
  plot.once('plotly_afterplot', drawn);
  handle.focus();
  start = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
})"""


@dataclass(frozen=True)
class Measured:
    """How one slider moved: milliseconds of each redraw, moves that drew nothing, load."""

    redraws: list[float]
    missed: int
    load: float

    def row(self) -> str:
        """Return the figures as a table's row."""
        times = (
            f"{statistics.median(self.redraws):9.0f} {max(self.redraws):9.0f}"
            if self.redraws
            else f"{'-':>9} {'-':>9}"
        )
        return f"{times} {len(self.redraws):6} {self.missed:6} {self.load:5.1f}"


def measure(page: NotebookPage, explorer: Any, handle: Any) -> Measured:
    """Move a slider towards its farther end, and back where it ends, and time each redraw."""
    redraws: list[float] = []
    missed = 0
    key = "ArrowRight"
    for _ in range(MOVES):
        now, low, high = (
            float(handle.get_attribute(f"aria-value{name}")) for name in ("now", "min", "max")
        )
        if now >= high:
            key = "ArrowLeft"
        elif now <= low:
            key = "ArrowRight"
        spent = page.page.evaluate(
            TIME_ONE_KEY, [explorer.element_handle(), handle.element_handle(), key, PATIENCE]
        )
        if spent is None:
            missed += 1
        else:
            redraws.append(spent)
        page.page.wait_for_timeout(150)
    return Measured(redraws, missed, load())


def main() -> None:
    """Print one row a slider, then the median and the worst over all."""
    wanted = sys.argv[1:]
    print(
        f"{'lesson':18} {'explorer':30} {'slider':34} "
        f"{'median ms':>9} {'worst ms':>9} {'redraws':>6} {'missed':>6} {'load':>4}"
    )
    everything: list[Measured] = []
    with running_lab() as (url, root), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            if wanted and path.name[:2] not in wanted:
                continue
            lesson = NotebookPage(context, url, root, f"notebooks/{path.name}", None)
            lesson.run_all()
            for explorer in lesson.explorers():
                title = explorer.locator(".course-title").first.text_content()
                explorer.scroll_into_view_if_needed()
                explorer.locator(".main-svg").first.wait_for(timeout=20_000)
                handles = explorer.locator(".noUi-handle")
                for i in range(handles.count()):
                    measured = measure(lesson, explorer, handles.nth(i))
                    everything.append(measured)
                    label = handles.nth(i).get_attribute("aria-label") or ""
                    print(
                        f"{path.stem[:18]:18} {title[:30]:30} {label[:34]:34} {measured.row()}",
                        flush=True,
                    )
                    explorer.get_by_role("button", name="Reset", exact=True).click()
                    lesson.page.wait_for_timeout(300)
            lesson.close()
        browser.close()
    medians = [statistics.median(each.redraws) for each in everything if each.redraws]
    print(
        f"{len(everything)} sliders; median of their medians {statistics.median(medians):.0f} ms, "
        f"worst median {max(medians):.0f} ms; {sum(each.missed for each in everything)} of "
        f"{MOVES * len(everything)} moves drew nothing"
        if medians
        else "no slider was measured"
    )


if __name__ == "__main__":
    main()
