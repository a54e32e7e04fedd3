"""Every page, in the sizes and looks that people have: readable, within its width, accessible."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE, WALL, Look

OVERVIEW = "/w/acorn/c/2026-Q4"
PAGES = [OVERVIEW, f"{OVERVIEW}?order=worst"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MOST_BYTES = 150_000
"""Of a first visit, without the charts' script."""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_accessible(look: Look, path: str, scheme: str, size: tuple[int, int]) -> None:
    looked = look(size, color_scheme=scheme).to(path)
    found = Axe().run(looked.page, options=RULES)
    told = [
        f"{each['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", [(320, 700), PHONE, DESK, WALL], ids=str)
def test_nothing_is_wider_than_the_window(look: Look, path: str, size: tuple[int, int]) -> None:
    page = look(size).to(path).page
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("path", PAGES)
def test_everything_is_there_without_scripts(look: Look, path: str) -> None:
    with_scripts = look().to(path).page
    without = look(java_script_enabled=False).to(path).page
    assert without.inner_text("main") == with_scripts.inner_text("main")


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_light(look: Look, path: str) -> None:
    looked = look()
    weights: dict[str, int] = {}
    looked.page.on("response", lambda r: weights.update({r.url: len(r.body())}))
    looked.to(path)
    pages = {url: weight for url, weight in weights.items() if "/charts-" not in url}
    assert sum(pages.values()) <= MOST_BYTES, pages


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_reaches_every_link_and_shows_where_it_is(look: Look, path: str) -> None:
    page = look().to(path).page
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, select, input, summary')].filter(e => e.checkVisibility() && e.type !== 'hidden').length"
    )
    seen = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        place = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [[...document.querySelectorAll('*')].indexOf(e), s.outlineStyle, s.outlineWidth]; })()"
        )
        assert place[1] != "none", page.evaluate("document.activeElement.outerHTML")
        seen.add(place[0])
    assert len(seen) == wanted


def test_screenshots(look: Look, tmp_path: Path) -> None:
    """They are there to be looked at: OKR_SCREENSHOTS names a folder that keeps them."""
