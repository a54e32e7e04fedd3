"""What people reported, read off the answers that it went into."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from okrmodel.observations import Evidence, Observation
from okrmodel.store.reported import Entry, reported
from okrmodel.windows import Window
from tests.okrmodel.store.samples import Work, answer

DAY = date(2026, 11, 16)
FILE = "checkins/2026-Q4.yaml"


def noted(day: int, value: int | None, *notes: str) -> Observation:
    told = Evidence(queries=("{}",), digests=("d",), notes=notes)
    window = Window.of_day(date(2026, 11, day))
    return answer(window=window, value=None if value is None else Decimal(value), evidence=told)


def entries(work: Work, as_of: date = date(2026, 11, 30), **known: datetime) -> tuple[Entry, ...]:
    return reported(work.store, "acme", ["f1"], as_of, **known)["f1"]


def test_an_entry_is_told_once_with_its_day_author_and_note(work: Work) -> None:
    first = f"{FILE}:2: 2026-11-16 by ola: Half of it: the easy half"
    work.answers(noted(16, 2, first), noted(17, 2, first), noted(18, 3, f"{FILE}:9: 2026-11-18"))
    one, two = entries(work)
    assert (one.day, one.value, one.author) == (DAY, Decimal(2), "ola")
    assert (one.note, one.place, one.until) == ("Half of it: the easy half", f"{FILE}:2", None)
    assert (two.day, two.value, two.author, two.note) == (date(2026, 11, 18), Decimal(3), "", "")


def test_an_increment_is_told_with_the_sum_so_far(work: Work) -> None:
    first, second = f"{FILE}:2: 2026-11-16 by ola", f"{FILE}:3: 2026-11-17 by ola"
    work.answers(noted(16, 1, first), noted(17, 3, first, second))
    assert [entry.value for entry in entries(work)] == [Decimal(1), Decimal(3)]


def test_an_override_says_until_when(work: Work) -> None:
    work.answers(noted(16, 7, f"{FILE}:2: 2026-11-16 until 2026-11-20 by tomek: By phone"))
    [entry] = entries(work)
    assert (entry.until, entry.author) == (date(2026, 11, 20), "tomek")


def test_a_line_that_moved_in_its_file_is_no_other_entry(work: Work) -> None:
    work.answers(noted(16, 2, f"{FILE}:2: 2026-11-16 by ola"))
    work.answers(noted(17, 2, f"{FILE}:8: 2026-11-16 by ola"))
    assert len(entries(work)) == 1


def test_a_corrected_entry_takes_the_place_of_the_former(work: Work) -> None:
    work.answers(noted(16, 2, f"{FILE}:2: 2026-11-16 by ola: Two"))
    work.answers(noted(16, 3, f"{FILE}:2: 2026-11-16 by ola: Three"))
    [now] = entries(work)
    assert (now.value, now.note) == (Decimal(3), "Three")
    before = now.recorded_at - timedelta(microseconds=1)
    assert [entry.note for entry in entries(work, known_at=before)] == ["Two"]


def test_no_later_day_is_looked_at(work: Work) -> None:
    work.answers(noted(16, 2, f"{FILE}:2: 2026-11-16"), noted(17, 3, f"{FILE}:3: 2026-11-17"))
    assert [entry.day for entry in entries(work, DAY)] == [DAY]


@pytest.mark.parametrize("note", ["sampled", "2026-11-16", f"{FILE}:x: 2026-11-16"])
def test_other_notes_are_no_entries(work: Work, note: str) -> None:
    work.answers(noted(16, 2, note))
    assert entries(work) == ()


def test_what_was_never_asked_has_none(work: Work) -> None:
    assert entries(work, known_at=datetime(2026, 11, 30, tzinfo=UTC)) == ()
