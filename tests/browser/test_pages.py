"""Every page, in the sizes and looks that people have: accessible, within its width, whole without scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from okrapp.web.guard import Guard
from okrmodel.store.store import Store
from tests.browser.conftest import DESK, PHONE, WALL, Look, serving
from tests.flows.scene import Scene

CYCLE = "/w/acorn/c/2026-Q4"
KINDS = ("mqls", "crm-training", "funnel-dashboard", "open-rate", "product-leads")
LISTS = ["/", CYCLE, f"{CYCLE}?order=worst", "/runs", "/w/acorn/runs", "/w/acorn/runs/2"]
PAGES = [*LISTS, *(f"{CYCLE}/{kind}" for kind in KINDS)]
SIZES = ((320, 700), PHONE, DESK, WALL)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MOST_BYTES = 150_000
"""Of a first visit, without the charts' script."""


def unfold(page: Page) -> None:
    """What is folded is held to the same rules."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def complaints(page: Page) -> list[str]:
    """What axe-core finds wrong, and where."""
    found = Axe().run(page, options=RULES)
    return [
        f"{each['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.mark.parametrize("path", PAGES)
def test_it_is_accessible_and_as_wide_as_its_window(look: Look, path: str) -> None:
    page = look(DESK, color_scheme="light").to(path).page
    unfold(page)
    assert complaints(page) == []
    widths = []
    for size in SIZES:
        resize(page, size)
        widths.append(page.evaluate("document.documentElement.scrollWidth") <= size[0])
    assert widths == [True] * len(SIZES)
    resize(page, PHONE)
    page.emulate_media(color_scheme="dark")
    assert complaints(page) == []


@pytest.mark.parametrize("path", LISTS)
def test_everything_is_there_without_scripts(look: Look, path: str) -> None:
    with_scripts = look().to(path).page
    without = look(java_script_enabled=False).to(path).page
    assert without.inner_text("main") == with_scripts.inner_text("main")


@pytest.mark.parametrize("path", [CYCLE, f"{CYCLE}/sql-rate", "/"])
def test_a_first_visit_is_light(look: Look, path: str) -> None:
    looked = look()
    answers: list[Response] = []
    # Playwright takes no method of a built-in type.
    looked.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    looked.to(path).page.wait_for_load_state("networkidle")
    pages = {each.url: len(each.body()) for each in answers if "/charts-" not in each.url}
    assert len(pages) > 2
    assert sum(pages.values()) <= MOST_BYTES, pages


_REACHABLE = """[...document.querySelectorAll("a[href], button, select, input, summary")]
    .filter((each) => each.checkVisibility() && each.type !== "hidden").length"""
_FOCUS = """(() => {
    const focused = document.activeElement;
    const place = [...document.querySelectorAll("*")].indexOf(focused);
    return [place, getComputedStyle(focused).outlineStyle, focused.outerHTML.slice(0, 200)];
})()"""


@pytest.mark.parametrize("path", [CYCLE, f"{CYCLE}/mqls", "/"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(look: Look, path: str) -> None:
    page = look().to(path).page
    wanted = page.evaluate(_REACHABLE)
    seen = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        place, outline, element = page.evaluate(_FOCUS)
        assert outline != "none", element
        seen.add(place)
    assert len(seen) == wanted


def test_a_leader_finds_what_will_be_missed_and_an_owner_why_it_changed(look: Look) -> None:
    page = look(PHONE).to("/").page
    page.get_by_role("link", name="Acorn Analytics").first.click()
    glance = page.locator(".glance")
    expect(glance).to_contain_text("Are we going to make it?")
    expect(glance).to_contain_text("of 22 key results on course")
    expect(glance).to_contain_text("22 Nov 2026")
    worst = glance.locator(".attention li").first
    expect(worst).to_contain_text("off track")
    expect(worst).to_contain_text("forecast to end at")
    worst.get_by_role("link").click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    page.get_by_role("link", name="2026-Q4").first.click()
    expect(page.locator(".glance")).to_be_visible()


def test_the_list_is_sorted_and_chosen_at_once(look: Look) -> None:
    page = look().to("/").page
    names = page.locator("table.fleet tbody th a, table.fleet tbody td:first-child a")
    before = names.all_inner_texts()
    page.locator("thead a[data-column=name]").click()
    page.locator("thead a[data-column=name]").click()
    assert names.all_inner_texts() == sorted(before, reverse=True)
    page.get_by_role("searchbox").fill("birch")
    expect(page.locator("table.fleet tbody tr:visible")).to_have_count(1)


@pytest.fixture
def closed(synced: Scene) -> Iterator[str]:
    """The address of pages that demand to sign in."""
    with (
        Store.open(synced.place.store) as store,
        serving(store, Guard(needs_sign_in=lambda: True)) as address,
    ):
        yield address


def test_signing_in_is_accessible_too(look: Look, closed: str) -> None:
    page = look(PHONE, address=closed, color_scheme="dark").to(CYCLE).page
    assert page.url.startswith(f"{closed}/sign-in")
    assert complaints(page) == []
    expect(page.get_by_label("Password")).to_be_visible()
