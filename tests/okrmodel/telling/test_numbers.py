"""Figures as a reader's country writes them: rounded for people, never broken, with a real minus."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from okrapp.rounded import number as on_the_command_line
from okrmodel.exact import places
from okrmodel.telling.numbers import MINUS, UNKNOWN, figures_of

LOCALES = ("en", "en-US", "pl", "de", "de-AT", "de-CH", "fr", "hi", "sv", "xx")
locales = st.sampled_from(LOCALES)
numbers = st.one_of(
    st.decimals(-(10**15), 10**15, places=6),
    st.decimals(-2000, 2000, places=4),
    st.integers(-(10**9), 10**9).map(Decimal),
)
units = st.sampled_from(["", "EUR", "PLN", "USD", "JPY", "%", "contacts", "key events"])
DAY = date(2026, 11, 22)
WARSAW = ZoneInfo("Europe/Warsaw")
NIGHT = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)


def plain(told: str) -> str:
    """With blanks that break, for reading a test."""
    return told.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def read_back(told: str, locale: str) -> Decimal:
    return parse_decimal(told.replace(MINUS, "-"), figures_of(locale).locale)


@given(locales, numbers)
def test_reading_it_back_gives_the_rounded_number(locale: str, number: Decimal) -> None:
    rounded = Decimal(f"{number:.{places(number)}f}")
    assert read_back(figures_of(locale).value(number), locale) == rounded


@given(locales, numbers)
def test_the_command_line_rounds_alike(locale: str, number: Decimal) -> None:
    shown = on_the_command_line(number, wide=True).replace(",", "")
    assert read_back(figures_of(locale).value(number), locale) == Decimal(shown)


@given(locales, numbers, numbers)
def test_more_is_never_told_as_less(locale: str, one: Decimal, other: Decimal) -> None:
    less, more = (figures_of(locale).value(each) for each in sorted((one, other)))
    assert read_back(less, locale) <= read_back(more, locale)


@given(locales, numbers, units)
def test_no_figure_breaks_or_has_a_hyphen(locale: str, number: Decimal, unit: str) -> None:
    figures = figures_of(locale)
    for told in (
        figures.value(number, unit),
        figures.compact(number, unit),
        figures.signed(number),
    ):
        assert "-" not in told
        assert " " not in told.removesuffix(unit)
    assert (MINUS in figures.value(number, unit)) == (Decimal(f"{number:.{places(number)}f}") < 0)


@given(locales, numbers, st.integers(0, 2))
def test_a_share_is_told_in_percent(locale: str, share: Decimal, decimals: int) -> None:
    told = figures_of(locale).percent(share, decimals)
    assert read_back(told.replace("%", "").strip(), locale) == Decimal(
        f"{share * 100:.{decimals}f}"
    )


@given(locales, numbers)
def test_what_was_rounded_before_keeps_its_digits(locale: str, number: Decimal) -> None:
    assert read_back(figures_of(locale).number(number), locale) == number


@given(locales, numbers)
def test_only_what_grew_has_a_plus(locale: str, change: Decimal) -> None:
    told = figures_of(locale).signed(change)
    assert told.startswith("+") == (Decimal(f"{change:.{places(change)}f}") > 0)


@pytest.mark.parametrize(
    ("locale", "number", "unit", "told"),
    [
        ("en", "1234.5", "EUR", "€1,234"),
        ("en", "1234", "PLN", "PLN 1,234"),
        ("en-US", "12.5", "USD", "$12.50"),
        ("en", "-3", "EUR", "−€3"),
        ("en", "0.2312", "", "0.2312"),
        ("en", "41.5", "%", "41.50%"),
        ("pl", "1234.5", "EUR", "1 234 €"),
        ("pl", "12.5", "PLN", "12,50 zł"),
        ("pl", "1234567", "contacts", "1 234 567 contacts"),
        ("pl", "-3", "%", "−3%"),
        ("de", "1234.5", "EUR", "1.234 €"),
        ("de", "12.5", "", "12,50"),
        ("de", "50", "%", "50 %"),
        ("de-AT", "1234", "EUR", "€ 1.234"),
        ("de-CH", "1234", "CHF", "CHF 1’234"),
        ("fr", "1234", "leads", "1 234 leads"),
        ("en", "7", "MQL", "7 MQL"),
        ("xx", "1234.5", "EUR", "€1,234"),
    ],
)
def test_values_are_written_as_in_the_country(
    locale: str, number: str, unit: str, told: str
) -> None:
    assert plain(figures_of(locale).value(Decimal(number), unit)) == told


@pytest.mark.parametrize(
    ("locale", "number", "unit", "told"),
    [
        ("en", "999999", "", "999,999"),
        ("en", "1234567", "", "1.23M"),
        ("en", "-1234567", "EUR", "−€1.23M"),
        ("pl", "1234567", "EUR", "1,23 mln €"),
        ("de", "1234567", "users", "1,23 Mio. users"),
        ("de", "2500000000", "", "2,5 Mrd."),
    ],
)
def test_millions_are_shortened_where_there_is_little_room(
    locale: str, number: str, unit: str, told: str
) -> None:
    assert plain(figures_of(locale).compact(Decimal(number), unit)) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("1234.5", "1,234"),
        ("1000.4", "1,000"),
        ("999.994", "999.99"),
        ("1.005", "1.00"),
        ("1.015", "1.02"),
        ("0.99994", "0.9999"),
        ("0.25", "0.2500"),
        ("-0.00005", "0.0000"),
        ("7.00", "7"),
        ("12345678901234567890123", "12,345,678,901,234,567,890,123"),
    ],
)
def test_digits_that_nobody_compares_by_are_left_out(number: str, told: str) -> None:
    assert figures_of("en").value(Decimal(number)) == told


@pytest.mark.parametrize(
    ("chance", "english", "german"),
    [
        ("0", "<1%", "<1 %"),
        ("0.005", "<1%", "<1 %"),
        ("0.5", "50%", "50 %"),
        ("0.0051", "1%", "1 %"),
        ("0.9949", "99%", "99 %"),
        ("0.995", ">99%", ">99 %"),
        ("1", ">99%", ">99 %"),
    ],
)
def test_no_chance_is_told_as_none_or_as_certain(chance: str, english: str, german: str) -> None:
    told = [figures_of(locale).chance(Decimal(chance)) for locale in ("en", "de")]
    assert [plain(each) for each in told] == [english, german]


@pytest.mark.parametrize(
    ("expected", "told"),
    [("312.47", "312"), ("9.5", "9.50"), ("0.1234", "0.1234"), ("1234567.8", "1.23M")],
)
def test_what_is_only_expected_has_fewer_digits(expected: str, told: str) -> None:
    assert figures_of("en").estimate(Decimal(expected)) == told


def test_nothing_is_no_zero() -> None:
    figures = figures_of("pl")
    told = (figures.value(None, "EUR"), figures.compact(None), figures.percent(None))
    assert {*told, figures.signed(None)} == {UNKNOWN}
    assert figures.signed(Decimal("-0.00001")) == "0,0000"
    assert figures.signed(Decimal(0)) == "0"


@pytest.mark.parametrize(
    ("locale", "day", "short", "weekday", "span"),
    [
        ("en", "22 Nov 2026", "22 Nov", "Sunday", "1 Oct – 22 Nov 2026"),
        ("en-US", "Nov 22, 2026", "Nov 22", "Sunday", "Oct 1 – Nov 22, 2026"),
        ("pl", "22 lis 2026", "22 lis", "niedziela", "1 paź–22 lis 2026"),
        ("de", "22. Nov. 2026", "22. Nov.", "Sonntag", "1. Okt. – 22. Nov. 2026"),
        ("xx", "22 Nov 2026", "22 Nov", "Sunday", "1 Oct – 22 Nov 2026"),
    ],
)
def test_days_are_written_as_in_the_country(
    locale: str, day: str, short: str, weekday: str, span: str
) -> None:
    figures = figures_of(locale)
    assert (figures.day(DAY), figures.short_day(DAY), figures.weekday(DAY)) == (day, short, weekday)
    assert figures.span(date(2026, 10, 1), DAY).replace("\N{THIN SPACE}", " ") == span
    assert figures.span(DAY, DAY) == day


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "23 Nov 2026, 03:12 CET"),
        ("en-US", "Nov 23, 2026, 3:12 AM GMT+01:00"),
        ("pl", "23 lis 2026, 03:12 CET"),
        ("de", "23. Nov. 2026, 03:12 MEZ"),
    ],
)
def test_an_instant_names_its_zone(locale: str, told: str) -> None:
    assert plain(figures_of(locale).instant(NIGHT, WARSAW)) == told


def test_the_time_is_that_of_the_zone() -> None:
    figures = figures_of("pl")
    assert figures.clock(NIGHT, WARSAW) == "03:12"
    assert figures.clock(NIGHT, ZoneInfo("America/New_York")) == "21:12"
    assert figures.instant(NIGHT, ZoneInfo("America/New_York")).startswith("22 lis 2026, 21:12")
    assert "-" not in figures.instant(NIGHT, ZoneInfo("America/New_York"))


def test_a_zone_without_a_short_name_is_told_by_its_hours() -> None:
    told = plain(figures_of("en").instant(NIGHT, ZoneInfo("America/Chicago")))
    assert told == f"22 Nov 2026, 20:12 GMT{MINUS}06:00"
    assert plain(figures_of("en-US").instant(NIGHT, ZoneInfo("America/Chicago"))).endswith("CST")


@pytest.mark.parametrize("unit", ["", "EUR", "%", "leads"])
def test_no_number_is_too_long_to_be_told(unit: str) -> None:
    figures = figures_of("en")
    for value in (Decimal("1E+30"), Decimal("-123456789012345678901234567890.5")):
        told = figures.value(value, unit)
        digits = "".join(each for each in told if each.isdigit())
        assert int(digits) == abs(int(value))
        assert figures.compact(value, unit)
        assert figures.estimate(value, unit)
        assert figures.percent(value)
