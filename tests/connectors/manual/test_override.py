"""Overrides: which entry holds on which day."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.manual import CONNECTOR, ManualOptions
from okrmodel.observations import Observation
from okrmodel.windows import Window
from tests.connectors.opening import ask, connection, run

STARTS = date(2026, 10, 1)
DAYS = Window(STARTS, STARTS + timedelta(days=30))
OVERRIDE = {"override": "sqls", "cycle": "2026-Q4"}

Entry = tuple[int, int | None, int]
"""Day, how many days longer it holds, and the value."""


def observed(root: Path) -> dict[date, Observation]:
    asked = ask(CONNECTOR.query.validate_python(OVERRIDE), *DAYS.day_windows())
    session = CONNECTOR.connect(connection(ManualOptions(), root=root))
    (step,) = CONNECTOR.plan([asked], ManualOptions())
    assert step.calls == 0
    return {found.window.start: found for found in run(session, step)}


def write(root: Path, *lines: str) -> Path:
    (root / "checkins").mkdir(exist_ok=True)
    (root / "checkins/2026-Q4.yaml").write_text("".join(f"- {line}\n" for line in lines))
    return root


def line(entry: Entry) -> str:
    first, longer, value = entry
    day = STARTS + timedelta(days=first)
    until = "" if longer is None else f", until: {day + timedelta(days=longer)}"
    return f"{{key_result: sqls, date: {day}, value: {value}{until}}}"


def day_by_day(entries: list[Entry]) -> dict[date, Decimal | None]:
    """What holds, by writing each entry over all that was to come."""
    held: dict[int, int] = {}
    for first, longer, value in sorted(entries, key=lambda entry: entry[0]):
        held = {day: kept for day, kept in held.items() if day < first}
        held |= dict.fromkeys(range(first, first + (longer or 0) + 1), value)
    days = enumerate(DAYS.days())
    return {day: Decimal(held[n]) if n in held else None for n, day in days}


entries = st.lists(
    st.tuples(st.integers(0, 29), st.one_of(st.none(), st.integers(0, 40)), st.integers(-9, 999)),
    max_size=7,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries)
def test_on_each_day_the_last_entry_holds_if_it_still_does(
    tmp_path: Path, written: list[Entry]
) -> None:
    root = write(tmp_path, *map(line, written), "{key_result: other, date: 2026-10-01, value: 7}")
    assert {d: o.value for d, o in observed(root).items()} == day_by_day(written)


def test_a_later_entry_ends_an_earlier_one_for_good(tmp_path: Path) -> None:
    found = observed(write(tmp_path, line((0, 9, 50)), line((4, None, 60))))
    values = [found[STARTS + timedelta(days=n)].value for n in (0, 3, 4, 5, 9)]
    assert values == [50, 50, 60, None, None]


def test_numbers_are_those_that_were_written(tmp_path: Path) -> None:
    root = write(tmp_path, "{key_result: sqls, date: 2026-10-01, value: 0.1000000000000000000001}")
    assert observed(root)[STARTS].value == Decimal("0.1000000000000000000001")


def test_the_evidence_says_who_and_why_and_how_long(tmp_path: Path) -> None:
    written = "date: 2026-10-02, value: 5, until: 2026-10-03, author: ola, note: By phone"
    found = observed(write(tmp_path, f"{{key_result: sqls, {written}}}"))
    assert [found[STARTS + timedelta(days=n)].evidence.notes for n in range(4)] == [
        (),
        *2 * [("checkins/2026-Q4.yaml:1: 2026-10-02 until 2026-10-03 by ola: By phone",)],
        (),
    ]


@pytest.mark.parametrize("key", ["check_ins", "override"])
def test_an_override_and_check_ins_are_two_questions(key: str) -> None:
    query = CONNECTOR.query.validate_python({key: "sqls", "cycle": "2026-Q4"})
    assert list(query.canonical()) == [key, "cycle"]
    assert query.FREE
