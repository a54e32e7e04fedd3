"""Every sentence that okrmodel composes is told in every language, and nothing else is touched."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.status import NAMED, by_chance, by_overdue, by_periods, by_rule, by_units, too_few
from okrmodel.telling.reasons import _found, _kind, _patterns, _sentences, reason
from okrmodel.telling.texts import texts_of
from tests.okrmodel.telling.sentences import FAILED, labels, sentences

ROOT = Path(__file__).parents[3]
PL, DE, EN = texts_of("pl"), texts_of("de"), texts_of("en")


def messages(english: str) -> Iterator[str | None]:
    """The messages that a sentence is told by, those inside of it included; None for what is not."""
    for each in _sentences(english):
        key, values = _found(each) or (None, {})
        yield key
        for name, value in values.items():
            if _kind(name) is _kind("reason"):
                yield from messages(value)


def untold(every: frozenset[str]) -> list[str]:
    return sorted(each for each in every if None in messages(each))


def test_every_reason_is_told() -> None:
    assert untold(sentences()) == []
    assert len(sentences()) > 1000


def test_every_line_of_the_arithmetic_is_told() -> None:
    # Key results, metrics and steps are named by their ids.
    ids = {each for each in labels() if re.fullmatch(r"[a-z_]+", each)}
    assert untold(labels() - ids) == []


def test_each_message_is_really_said() -> None:
    said = {key for each in sentences() | labels() for key in messages(each)}
    used_inside = {"reasons.days-and-more"}
    assert [key for key, _ in _patterns() if key not in said | used_inside] == []


COMPOSED = (
    "algebra",
    "compute",
    "forecasting",
    "guardrail",
    "maintain",
    "milestones",
    "reach",
    "rollup",
    "standing",
    "status",
    "targets",
    "forecast/counts",
    "forecast/curves",
    "forecast/levels",
    "forecast/periods",
    "forecast/rates",
    "telling/sheet",
)
"""The modules that say something in words."""


def written(module: str) -> Iterator[str]:
    """The words between the values of each sentence in a module's code."""
    tree = ast.parse((ROOT / f"okrmodel/{module}.py").read_text("utf-8"))
    unsaid = (ast.Raise, ast.Expr, ast.AnnAssign, ast.arg)
    for node in _nodes(tree, unsaid):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


def _nodes(tree: ast.AST, left_out: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    """Without docstrings, errors, annotations and formats."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
            yield from _nodes(node, left_out)
        elif isinstance(node, ast.FormattedValue):
            yield from _nodes(node.value, left_out)
        elif not isinstance(node, left_out):
            yield node
            yield from _nodes(node, left_out)


@pytest.mark.parametrize("module", COMPOSED)
def test_every_sentence_in_the_code_was_among_them(module: str) -> None:
    said = "\n".join(sentences() | labels())
    assert [words for words in written(module) if words not in said] == []


def test_a_sentence_in_the_code_is_seen() -> None:
    assert "its guardrail is broken" in "\n".join(written("guardrail"))
    assert any("was due today" in words for words in written("status"))


shares = st.decimals(-3, 3, places=5)
values = st.decimals(-(10**12), 10**12, places=7)
few = st.integers(0, 40)
parts = st.sampled_from([Decimal(1), Decimal("0.9")])
NAMES = st.sampled_from(["plan", "build-it", "step_2"])


@given(
    st.one_of(
        st.builds(
            by_rule,
            st.sampled_from(sorted(NAMED)),
            shares,
            shares,
            st.just("1 against 2, 50 % of the way"),
        ),
        st.builds(by_chance, shares, parts, st.just("1 against 2, 50 % of the way")),
        st.builds(by_units, values, values, values),
        st.builds(by_overdue, few, few, st.dictionaries(NAMES, few)),
        st.builds(
            by_periods,
            st.integers(0, 9),
            st.integers(9, 20),
            few,
            st.just(Decimal("0.6")),
            st.sampled_from(["month", "week"]),
        ),
        st.builds(too_few, values).filter(bool),
    )
)
def test_whatever_the_numbers_are_it_is_told(verdict: object) -> None:
    told = str(getattr(verdict, "reason", ""))
    assert None not in messages(told)
    for texts in (PL, DE):
        assert reason(texts, told) != told


def test_an_english_reader_gets_the_sentence_with_their_own_numbers_and_days() -> None:
    stored = "9621.5 against 23328, -41.2 % of the way where 41.3 % was planned (viva_goals)"
    told = "9,621.5 against 23,328, −41.2% of the way where 41.3% was planned (rule of Viva Goals)"
    assert reason(EN, stored) == told
    assert reason(texts_of("en-US"), "paused since 2026-11-25") == "paused since Nov 25, 2026"
    assert reason(texts_of("fr"), "paused since 2026-11-25") == "paused since 25 nov. 2026"
    assert reason(EN, "2 of 4 steps done; history was due 1 days ago").endswith("was due 1 day ago")


def test_english_stays_as_it_was_stored_where_there_is_nothing_to_write_otherwise() -> None:
    plain = [each for each in sentences() if not re.search(r"[\d(]", each)]
    assert len(plain) > 20
    for each in plain:
        assert reason(EN, each) == each


@pytest.mark.parametrize(
    ("english", "polish", "german"),
    [
        (
            "9621.5 against 23328, -41.2 % of the way where 41.3 % was planned (mooncamp)",
            "9 621,5 przy wartości docelowej 23 328, −41,2% drogi, a planowano 41,3% (reguła Mooncamp)",
            "9.621,5 bei einem Zielwert von 23.328, −41,2 % des Weges, geplant waren 41,3 % (Regel von Mooncamp)",
        ),
        (
            "2 of 4 steps done; history was due 1 days ago",
            "wykonane kroki: 2 z 4; termin kroku history minął 1 dzień temu",
            "erledigte Schritte: 2 von 4; history war vor 1 Tag fällig",
        ),
        (
            "40 % on average, the weakest is leads (off_track); without data and left out: a, b",
            "średnio 40%, najsłabszy jest leads (poza planem); pominięte z powodu braku danych: a, b",
            "im Mittel 40 %, am schwächsten ist leads (nicht im Plan); ohne Daten und ausgelassen: a, b",
        ),
        (
            "mqls is not known on 2026-11-20, 2026-11-21 to 2026-11-22 and 2 more: not pulled from crm yet",
            "mqls: wartość nieznana (20 lis 2026, 21–22 lis 2026 i jeszcze 2): jeszcze nie pobrano danych z crm",
            "mqls: Wert nicht bekannt (20. Nov. 2026, 21.–22. Nov. 2026 und 2 weitere): noch nicht aus crm abgerufen",
        ),
    ],
)
def test_it_reads_like_this(english: str, polish: str, german: str) -> None:
    told = [reason(texts, english).replace("\N{NO-BREAK SPACE}", " ") for texts in (PL, DE)]
    assert told == [polish, german]


def test_what_a_source_answered_stays_as_it_was_said() -> None:
    stored = f"a is not known on 2026-11-20: crm failed: {FAILED.reason}"
    both = f"{stored}; b is not known on 2026-11-20: crm failed: {FAILED.reason}"
    told = reason(DE, both)
    assert told.count(FAILED.reason) == 2
    assert (
        told.count("Wert nicht bekannt (20. Nov. 2026): Verbindung crm ist fehlgeschlagen: ") == 2
    )


@given(st.text())
def test_what_nobody_translated_stays(anything: str) -> None:
    if None in messages(anything):
        assert reason(DE, f"HTTP 500 {anything}") == f"HTTP 500 {anything}"


def test_a_reason_given_by_a_person_is_theirs() -> None:
    assert reason(DE, "paused since 2026-11-25 (no budget; the plan)") == (
        "pausiert seit 25. Nov. 2026 (no budget; the plan)"
    )
