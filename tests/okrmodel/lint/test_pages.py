"""Every code that lint can print has its page, and the manual on disk is that of the rules."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from okrmodel.lint import RULES
from okrmodel.lint.live import LIVE_RULES
from okrmodel.lint.pages import PAGES, READING, Page, as_markdown, as_text

ROOT = Path(__file__).parents[3]
SOURCES = [
    *(ROOT / "okrmodel/reading").rglob("*.py"),
    ROOT / "flows/places.py",
    ROOT / "okrmodel/problems.py",
]
MANUAL = ROOT / "docs/lint-rules.md"


def codes_written() -> set[str]:
    """What is written as a code in the sources: a text handed on, chosen, or given a name."""
    found: set[str] = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(args=given):
                    found.update(codes_of(given))
                case ast.IfExp(body=one, orelse=other):
                    found.update(codes_of([one, other]))
                case ast.Assign(value=ast.Constant() | ast.Tuple() as given):
                    found.update(codes_of(ast.walk(given)))
    return found


def codes_of(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if (
            isinstance(node, ast.Constant)
            and isinstance(text := node.value, str)
            and CODE.fullmatch(text)
        ):
            yield text


CODE = re.compile(r"unreadable|[a-z]+(-[a-z]+)+")


def test_every_code_has_a_page() -> None:
    written = codes_written()
    assert {"bad-yaml", "duplicate-key", "plain-secret", "id-used-twice", "bad-choice"} <= written
    assert {page.code for page in READING} == written
    ruled = [*(rule.code for rule in RULES), *(rule.code for rule in LIVE_RULES)]
    assert set(PAGES) == {page.code for page in READING}.union(ruled)
    assert len(PAGES) == len(READING) + len(ruled)


def test_every_code_of_the_broken_configs_has_a_page() -> None:
    told = "".join(f.read_text() for f in (ROOT / "tests/config/broken").glob("*/messages.txt"))
    lines = [line for line in told.splitlines() if ": error: " in line or ": warning: " in line]
    assert {line.rpartition("[")[2].rstrip("]") for line in lines} <= set(PAGES)
    assert len(lines) > 40


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.code)
def test_a_page_begins_with_one_sentence(page: Page) -> None:
    assert page.summary.endswith((".", "`."))
    assert len(page.summary) <= 100
    assert page.code in as_text(page)
    assert page.summary in as_text(page)


def test_the_manual_in_docs_is_up_to_date() -> None:
    # `make docs` writes it.
    assert MANUAL.read_text("utf-8") == as_markdown(PAGES.values())


def test_the_manual_links_to_each_page() -> None:
    text = as_markdown(PAGES.values())
    for code in PAGES:
        assert f"[{code}](#{code})" in text
        assert f"\n## {code}\n" in text
