"""What a key result's page does in a real Chromium, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Look

CYCLE = "/w/acorn/c/2026-Q4"
NATURAL = "async (i) => { await i.decode(); return [i.naturalWidth, i.naturalHeight]; }"
"""Of a picture once it is there."""


def test_the_slider_goes_back_by_keyboard_and_keeps_its_place(look: Look) -> None:
    page = look().to(f"{CYCLE}/mqls").page
    slider = page.get_by_role("slider")
    slider.press("ArrowLeft")
    expect(page.get_by_role("status")).to_contain_text("21 Nov")
    page.wait_for_url("**known_at=**")
    expect(page.get_by_role("slider")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("As known on")
    page.get_by_role("slider").press("End")
    page.wait_for_url(re.compile(r"/mqls#known$"))


def test_without_scripts_a_list_does_the_same(look: Look) -> None:
    page = look(java_script_enabled=False).to(f"{CYCLE}/mqls").page
    page.get_by_label("Time", exact=True).select_option(index=0)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".notice")).to_contain_text("As known on")
    assert page.locator("figure img").evaluate(NATURAL)[0] == 960


def test_the_picture_has_its_room_before_it_is_there(look: Look) -> None:
    page = look(java_script_enabled=False).to(f"{CYCLE}/mqls").page
    width, height = page.locator("figure img").evaluate(NATURAL)
    told = page.locator("figure img").evaluate(
        "i => i.getAttribute('width') / i.getAttribute('height')"
    )
    assert width / height == pytest.approx(told, rel=0.1)
