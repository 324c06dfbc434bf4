"""Milliseconds from a key on a slider to the redrawn figure, for every explorer, in real Chromium.

    make bench, or: .venv/bin/python benchmarks/bench_explorers.py [LESSON ...]

JupyterLab runs on loopback, the lesson is run whole, then each explorer's first slider is moved
by arrow keys, twelve times. The clock starts in the page when the key goes down and stops when
plotly has drawn the change; medians are printed. A screen refresh (16 ms) is part of the figure.
"""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from lab_server import ARGUMENTS, CHROMIUM, running_lab  # noqa: E402
from notebook_page import NotebookPage  # noqa: E402

MOVES = 12
PATIENCE = 5_000
TIME_ONE_KEY = """([node, key, patience]) => new Promise((resolve) => {
  const plot = node.querySelector('.js-plotly-plot');
  const handle = node.querySelector('.noUi-handle');
  let start = 0;
  const late = setTimeout(() => resolve(null), patience);
  plot.once('plotly_afterplot', () => requestAnimationFrame(() => {
    clearTimeout(late);
    resolve(performance.now() - start);
  }));
  handle.focus();
  start = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
})"""


def measure(page: NotebookPage, explorer: object) -> list[float]:
    """Return the milliseconds of each move that redrew the figure."""
    handle = explorer.locator(".noUi-handle").first
    explorer.scroll_into_view_if_needed()
    at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    key = "ArrowLeft" if at_end else "ArrowRight"
    taken = []
    for _ in range(MOVES):
        spent = page.page.evaluate(TIME_ONE_KEY, [explorer.element_handle(), key, PATIENCE])
        if spent is not None:
            taken.append(spent)
        page.page.wait_for_timeout(150)
    return taken


def main() -> None:
    """Print one row an explorer."""
    wanted = sys.argv[1:]
    print(f"{'lesson':22} {'explorer':34} {'median ms':>9} {'worst ms':>9} {'moves':>6}")
    with running_lab() as (url, root), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            if wanted and path.name[:2] not in wanted:
                continue
            context = browser.new_context(viewport={"width": 1300, "height": 1000})
            lesson = NotebookPage(context, url, root, f"notebooks/{path.name}", None)
            lesson.run_all()
            for explorer in lesson.explorers():
                title = explorer.locator(".course-title").first.inner_text()
                if not explorer.locator(".noUi-handle").count():
                    continue
                taken = measure(lesson, explorer)
                if taken:
                    print(
                        f"{path.stem:22} {title:34} {statistics.median(taken):9.0f} "
                        f"{max(taken):9.0f} {len(taken):6}",
                        flush=True,
                    )
                else:
                    print(f"{path.stem:22} {title:34} no redraw within {PATIENCE} ms")
            lesson.close()
        browser.close()


if __name__ == "__main__":
    main()
