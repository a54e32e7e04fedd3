"""Numbers and days as people type them: exact, and a question where two are meant."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.tracker.figures import Ambiguous, Figure, Unclear, day, figure
from okrmodel.tracker.grid import Percent, Uncalculated
from okrmodel.tracker.words import Mark

READ = {
    "1 234": "1234",
    "1\u00a0234\u00a0567": "1234567",
    "1\u202f234,5": "1234.5",
    "1.234,50": "1234.5",
    "1,234.50": "1234.5",
    "1'234.50": "1234.5",
    "1,234,567": "1234567",
    "12,5": "12.5",
    "0,234": "0.234",
    "1234,567": "1234.567",
    "1,2345": "1.2345",
    ".5": "0.5",
    "-3": "-3",
    "−3,5": "-3.5",
    "+4": "4",
    "00012": "12",
}
NONE = [
    "10k",
    "1 23",
    "(5)",
    "1,2,3",
    "300 MQLs",
    "1.234 567",
    "~5",
    ">= 95",
    "bez",
    "1,23,456",
    "€5 %",
]


@pytest.mark.parametrize("text", READ)
def test_a_number_that_can_only_be_one_is_read(text: str) -> None:
    assert figure(text) == Figure(Decimal(READ[text]))


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number_is_told_with_its_text(text: str) -> None:
    with pytest.raises(Unclear, match="expected"):
        figure(text)


@pytest.mark.parametrize(
    ("text", "comma", "point"), [("1,234", "1.234", "1234"), ("12.345", "12345", "12.345")]
)
def test_three_digits_behind_one_mark_are_a_question(text: str, comma: str, point: str) -> None:
    with pytest.raises(Ambiguous, match="--decimal comma or --decimal point"):
        figure(text)
    assert figure(text, "comma") == Figure(Decimal(comma))
    assert figure(text, "point") == Figure(Decimal(point))


def test_a_mark_that_was_said_is_held_to() -> None:
    for text, mark in (("1,234.50", "comma"), ("12,5", "point"), ("0.100", "comma")):
        with pytest.raises(Unclear, match=f"decimal {mark}"):
            figure(text, "comma" if mark == "comma" else "point")


def test_what_a_number_counts_in_stays_beside_it() -> None:
    assert figure("12,5 %") == Figure(Decimal("12.5"), "%")
    assert figure("€ 1 200") == Figure(Decimal(1200), "€")
    assert figure("5 zł") == Figure(Decimal(5), "zł")
    assert figure(Percent(Decimal("25.0"))) == Figure(Decimal(25), "%")


def test_nothing_is_nothing_and_not_zero() -> None:
    assert figure(None) is None
    assert figure("  ") is None
    assert day(None) is None
    with pytest.raises(Unclear, match="open the file in a spreadsheet program"):
        figure(Uncalculated())


def test_more_digits_than_can_be_kept_are_refused_and_not_rounded() -> None:
    with pytest.raises(Unclear, match="34 digits"):
        figure("1" * 35)


NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6
)


@given(NUMBERS, st.sampled_from(["", " ", "\u00a0", ",", "."]), st.sampled_from(["comma", "point"]))
def test_every_way_to_write_a_number_reads_as_that_number(
    number: Decimal, thousands: str, mark: Mark
) -> None:
    decimal = {"comma": ",", "point": "."}[mark]
    if thousands == decimal:
        return
    text = f"{number:,f}".replace(",", "t").replace(".", decimal).replace("t", thousands)
    assert figure(text, mark) == Figure(number)
    try:
        assert figure(text) == Figure(number)
    except Ambiguous:
        pytest.fail("six decimal places can only be decimals")


@given(st.text(alphabet="0123456789.,  '-%€", max_size=12))
def test_reading_a_text_ends_in_a_number_with_all_its_digits_or_a_reason(text: str) -> None:
    with suppress(Unclear):
        found = figure(text)
        digits = "".join(filter(str.isdigit, text)).strip("0")
        kept = "".join(filter(str.isdigit, str(found.value))).strip("0") if found else ""
        assert kept == digits, "no digit is lost"


def test_days_are_read_where_they_can_only_be_one() -> None:
    wanted = date(2026, 12, 31)
    for text in ("2026-12-31", "31.12.2026", "31/12/2026", "12/31/2026", "2026-12-31T00:00:00"):
        assert day(text) == wanted
    assert day(wanted) == wanted
    with pytest.raises(Ambiguous, match="2026-11-10 or 2026-10-11"):
        day("10/11/2026")
    for text in ("soon", "2026-02-30", "Q4"):
        with pytest.raises(Unclear):
            day(text)
