"""A comment ignores a warning where it gives the reason, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.lint import RULES
from okrmodel.lint.pages import PAGES
from okrmodel.problems import Problem, Severity
from okrmodel.reading import read_company
from okrmodel.reading.suppressions import suppressions
from tests.okrmodel.reading.pretend import CONNECTORS, company

OKRS = """\
cycle: 2026-Q4
objectives:
  - id: shop
    title: Market research
    key_results:
      - id: sold
        title: Sell 100
        metric: sold
        target: 100
"""
OWNER = "no-owner"


def told(folder: Path, okrs: str, metrics: str | None = None) -> list[tuple[str, int]]:
    """Codes and lines, but for how many there are."""
    files = {"okrs": okrs} | ({"metrics": metrics} if metrics else {})
    problems = read_company(company(folder, **files), CONNECTORS).problems
    quiet = {"objective-count", "key-result-count"} | ({"unused-metric"} if not metrics else set())
    return [(p.code, p.place.line) for p in problems if p.code not in quiet]


def with_line(number: int, end: str) -> str:
    """The objectives with something at the end of a line."""
    lines = OKRS.splitlines()
    lines[number - 1] += end
    return "\n".join(lines) + "\n"


def above(number: int, *lines: str) -> str:
    """The objectives with lines put above one."""
    before = OKRS.splitlines()
    return "\n".join([*before[: number - 1], *lines, *before[number - 1 :]]) + "\n"


def test_without_a_comment_there_are_two_warnings(tmp_path: Path) -> None:
    assert told(tmp_path, OKRS) == [("objective-verb", 4), (OWNER, 6)]


@pytest.mark.parametrize("dash", ["--", "–", "—"])
def test_a_comment_at_the_end_of_the_line_ignores(tmp_path: Path, dash: str) -> None:
    assert told(tmp_path, with_line(4, f" # okr: ignore objective-verb {dash} a name")) == [
        (OWNER, 6)
    ]


def test_a_comment_above_ignores_too(tmp_path: Path) -> None:
    comment = "    # okr: ignore objective-verb -- a name"
    assert told(tmp_path, above(4, comment)) == [(OWNER, 7)]
    assert told(tmp_path, above(4, comment, "", "    # and a word about it")) == [(OWNER, 9)]


def test_several_comments_and_several_codes_stand_above_one_line(tmp_path: Path) -> None:
    okrs = above(
        6, "      # okr: ignore no-owner -- all of us", "      # okr: ignore same-question -- x"
    )
    assert told(tmp_path, okrs) == [("objective-verb", 4), ("unused-suppression", 7)]
    okrs = with_line(6, " # okr: ignore same-question, no-owner -- x")
    assert told(tmp_path, okrs) == [("objective-verb", 4), ("unused-suppression", 6)]


def test_a_comment_on_another_line_ignores_nothing(tmp_path: Path) -> None:
    okrs = with_line(5, " # okr: ignore objective-verb -- a name")
    assert told(tmp_path, okrs) == [("objective-verb", 4), ("unused-suppression", 5), (OWNER, 6)]


def test_a_metric_is_spoken_of_at_its_name(tmp_path: Path) -> None:
    metrics = """\
metrics:
  sold:
    name: Sold
    connection: shop
    query: {count: sold}
  lost: # okr: ignore unused-metric -- for next quarter
    name: Lost
    connection: shop
    query: {count: lost}
"""
    assert told(tmp_path, OKRS, metrics) == [("objective-verb", 4), (OWNER, 6)]


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("ignore no-owner", "without a reason"),
        ("ignore no-owner --", "without a reason"),
        ("ignore no-owner all of us", "without a reason"),
        ("ignore -- all of us", "no code to ignore"),
        ("ignore", "no code to ignore"),
        ("ignore no-owners -- all of us", 'did you mean "no-owner"?'),
        ("ignroe no-owner -- all of us", '"ignroe" is nothing that a comment can ask for'),
        ("ignore unknown-metric -- soon", "is an error"),
        ("ignore bad-value -- soon", "is an error"),
        ("ignore unused-suppression -- soon", "cannot be ignored by one"),
    ],
)
def test_a_comment_that_cannot_be_followed_is_a_problem(
    tmp_path: Path, comment: str, says: str
) -> None:
    okrs = with_line(6, f" # okr: {comment}")
    expected = [("objective-verb", 4), (OWNER, 6), ("bad-suppression", 6)]
    assert told(tmp_path, okrs) == expected
    found = read_company(company(tmp_path, okrs=okrs), CONNECTORS)
    [problem] = [p for p in found.problems if p.code == "bad-suppression"]
    assert says in problem.message
    assert problem.severity is Severity.WARNING
    assert problem.place.column == len("      - id: sold ") + 1
    assert found.company is not None


def test_an_error_stays_whatever_a_comment_asks(tmp_path: Path) -> None:
    okrs = OKRS.replace("metric: sold", "metric: solt # okr: ignore unknown-metric -- soon")
    assert {code for code, _ in told(tmp_path, okrs)} == {
        "objective-verb", OWNER, "unknown-metric", "bad-suppression"
    }  # fmt: skip


def test_nothing_is_called_unused_while_something_cannot_be_read(tmp_path: Path) -> None:
    okrs = with_line(9, "x # okr: ignore no-owner -- all of us")
    assert "unused-suppression" not in {code for code, _ in told(tmp_path, okrs)}


@pytest.mark.parametrize(
    "text",
    [
        'note: "# okr: ignore x"',
        "note: 'a # okr: ignore x'",
        "note: |\n  # okr: ignore x\n",
        "note: a# okr: ignore x",
        "# okrs: ignore x",
        "# okr: see the handbook",
        "# okr:",
        "note: [\n  'a\n  # okr: ignore x']",
    ],
)
def test_what_is_no_comment_of_ours_asks_for_nothing(text: str) -> None:
    assert suppressions(text, "f") == ([], [])


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    found, problems = suppressions(f"a: 1 # okr: ignore {text}", "f")
    assert found or problems


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_warning_can_be_ignored_and_no_error(rule: object) -> None:
    code = getattr(rule, "code", "")
    found, problems = suppressions(f"a: 1 # okr: ignore {code} -- why", "f")
    assert bool(found) == (PAGES[code].severity is Severity.WARNING) == (not problems)


def test_who_asks_the_source_can_ask_what_is_ignored(tmp_path: Path) -> None:
    okrs = with_line(9, " # okr: ignore no-owner -- all of us")
    places = read_company(company(tmp_path, okrs=okrs), CONNECTORS).places
    path = ("okrs/2026-Q4.yaml", "objectives", 0, "key_results", 0)

    def ignored(key: str, code: str) -> bool:
        return places.ignores(Problem(places.at((*path, key)), "something", code))

    assert ignored("target", OWNER)
    assert not ignored("target", "same-question")
    assert not ignored("metric", OWNER)
