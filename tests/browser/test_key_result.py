"""A key result's page in a real Chromium: every kind of it, with scripts and without."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, WALL, Look
from tests.browser.test_pages import RULES

CYCLE = "/w/acorn/c/2026-Q4"
KINDS = ("mqls", "sql-rate", "crm-training", "funnel-dashboard", "open-rate", "product-leads")


def unfold(page: Page) -> None:
    """What is folded is held to the same rules."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


@pytest.mark.parametrize("key_result", KINDS)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(look: Look, key_result: str, size: tuple[int, int], scheme: str) -> None:
    page = look(size, color_scheme=scheme).to(f"{CYCLE}/{key_result}").page
    unfold(page)
    found = Axe().run(page, options=RULES)
    told = [
        f"{each['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize("key_result", KINDS)
@pytest.mark.parametrize("size", [(320, 700), PHONE, DESK, WALL], ids=str)
def test_nothing_is_wider_than_the_window(
    look: Look, key_result: str, size: tuple[int, int]
) -> None:
    page = look(size).to(f"{CYCLE}/{key_result}").page
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_the_slider_goes_back_by_keyboard_and_keeps_its_place(look: Look) -> None:
    page = look().to(f"{CYCLE}/mqls").page
    slider = page.get_by_role("slider")
    slider.press("ArrowLeft")
    expect(page.get_by_role("status")).to_contain_text("21 Nov")
    page.wait_for_url("**known_at=**")
    expect(page.get_by_role("slider")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("As it was known on")
    page.get_by_role("slider").press("End")
    page.wait_for_url(re.compile(r"/mqls#known$"))


def test_without_scripts_a_list_does_the_same(look: Look) -> None:
    page = look(java_script_enabled=False).to(f"{CYCLE}/mqls").page
    page.get_by_label("Instant").select_option(index=0)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".notice")).to_contain_text("As it was known on")
    assert page.locator("figure img").evaluate("image => image.naturalWidth") == 960


def test_the_picture_has_its_room_before_it_is_there(look: Look) -> None:
    page = look(java_script_enabled=False).to(f"{CYCLE}/mqls").page
    natural = page.locator("figure img").evaluate("i => i.naturalWidth / i.naturalHeight")
    told = page.locator("figure img").evaluate(
        "i => i.getAttribute('width') / i.getAttribute('height')"
    )
    assert natural == pytest.approx(told, rel=0.1)
