"""Numbers, days and times as a reader's country writes them, from CLDR by Babel.

What is rounded here is for people; programs get the exact figures. Where a blank is needed inside
a figure, it is one that a line does not break at, and a negative number has a real minus.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, localcontext
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_timezone_gmt,
    get_timezone_name,
)
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    is_currency,
)

from okrmodel.exact import places
from okrmodel.windows import day_of

UNKNOWN = "–"
"""What stands where there is no number: never a zero."""
MINUS = "−"
UNBROKEN = "\N{NO-BREAK SPACE}"

_MILLION = Decimal(1_000_000)
_HARDLY = Decimal("0.005")
"""A chance of no more would be rounded to none."""
_WIDE = Context(prec=200, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
_ANY = Locale("en", "GB")
"""For locales that nobody knows, and for English of no country: day before month, 24 hours."""


def locale_of(name: str) -> Locale:
    """The locale that a name such as `de-AT` means, as much of it as is known; never an error."""
    parts = name.replace("-", "_").split("_")
    while parts:
        try:
            found = Locale.parse("_".join(parts))
        except (ValueError, UnknownLocaleError):
            parts.pop()
        else:
            return _ANY if str(found) == "en" else found
    return _ANY


def beside(unit: str) -> str:
    """The unit of a figure that stands beside another with it: currencies and percent say it twice."""
    return unit if unit == "%" or is_currency(unit) else ""


@dataclass(frozen=True)
class Figures:
    """Writes numbers, days and times in one locale."""

    locale: Locale

    def value(self, value: Decimal | None, unit: str = "") -> str:
        """A value with its unit, rounded; a currency's code or a percent sign where it belongs."""
        if value is None:
            return UNKNOWN
        return self._with_unit(value, places(value), unit)

    def compact(self, value: Decimal | None, unit: str = "") -> str:
        """The same where there is little room: millions are shortened."""
        if value is None or abs(value) < _MILLION or unit == "%":
            return self.value(value, unit)
        with localcontext(_WIDE):
            if is_currency(unit):
                short = format_compact_currency(value, unit, locale=self.locale, fraction_digits=2)
                return _typeset(short)
            short = format_compact_decimal(value, locale=self.locale, fraction_digits=2)
        return _joined(_typeset(short), unit)

    def estimate(self, value: Decimal, unit: str = "") -> str:
        """What is only expected: it has fewer digits to tell than a figure."""
        return self.compact(value if abs(value) < 10 else Decimal(round(value)), unit)

    def signed(self, value: Decimal | None, unit: str = "", *, like: Decimal | None = None) -> str:
        """A change: with a plus where it is one; zero has no sign.

        Args:
            value: By how much.
            unit: Of what.
            like: The figure beside it, whose decimals it has; its own without one.
        """
        if value is None:
            return UNKNOWN
        decimals = places(value if like is None else like)
        told = self._with_unit(value, decimals, unit)
        return f"+{told}" if _rounded(value, decimals) > 0 else told

    def percent(self, share: Decimal | None, decimals: int = 0) -> str:
        """A share (1 is all of it) in percent."""
        if share is None:
            return UNKNOWN
        return self._percent(share, decimals)

    def chance(self, chance: Decimal | None) -> str:
        """A chance in percent: what is only nearly sure, or nearly out of the question, says so."""
        if chance is None:
            return UNKNOWN
        if chance <= _HARDLY:
            return f"<{self.percent(Decimal('0.01'))}"
        return (
            f">{self.percent(Decimal('0.99'))}" if chance >= 1 - _HARDLY else self.percent(chance)
        )

    def count(self, number: int) -> str:
        """How many."""
        return _typeset(format_decimal(number, locale=self.locale))

    def number(self, number: Decimal, unit: str = "") -> str:
        """A number with just the decimals that it has: somebody has rounded it before."""
        return self._with_unit(number, max(-_exponent(number), 0), unit)

    def day(self, day: date) -> str:
        """A day: "22 Nov 2026"."""
        return format_skeleton("yMMMd", day, locale=self.locale)

    def short_day(self, day: date) -> str:
        """A day where its year is known: "22 Nov"."""
        return format_skeleton("MMMd", day, locale=self.locale)

    def weekday(self, day: date) -> str:
        """The day of the week: "Sunday"."""
        return format_date(day, "cccc", locale=self.locale)

    def span(self, first: date, last: date) -> str:
        """Two days and all between them: "1 Oct – 22 Nov 2026"."""
        return str(format_interval(first, last, "yMMMd", locale=self.locale))

    def clock(self, instant: datetime, zone: ZoneInfo) -> str:
        """The time of day in a zone: "03:12"."""
        return format_time(instant, "short", tzinfo=zone, locale=self.locale)

    def instant(self, instant: datetime, zone: ZoneInfo) -> str:
        """Day, time and zone: "23 Nov 2026, 03:12 CET"."""
        local = instant.astimezone(zone)
        name = get_timezone_name(local, width="short", locale=self.locale)
        if name[0] in "+-" or " " in name:
            # Without a short name in this language: "Central Standard Time" would fill a line.
            name = get_timezone_gmt(local, width="long", locale=self.locale)
        day = self.day(day_of(instant, zone))
        return f"{day}, {self.clock(instant, zone)}{UNBROKEN}{name.replace('-', MINUS)}"

    def _with_unit(self, value: Decimal, decimals: int, unit: str) -> str:
        if unit == "%":
            return self._percent(value.scaleb(-2, context=_WIDE), decimals)
        number = _rounded(value, decimals)
        if is_currency(unit):
            pattern = _with_decimals(self.locale.currency_formats["standard"].pattern, decimals)
            with localcontext(_WIDE):
                told = format_currency(number, unit, pattern, self.locale, currency_digits=False)
            return _typeset(told)
        pattern = _with_decimals(self.locale.decimal_formats[None].pattern, decimals)
        with localcontext(_WIDE):
            told = format_decimal(number, pattern, self.locale)
        return _joined(_typeset(told), unit)

    def _percent(self, share: Decimal, decimals: int) -> str:
        number = _rounded(share, decimals + 2)
        pattern = _with_decimals(self.locale.percent_formats[None].pattern, decimals)
        with localcontext(_WIDE):
            return _typeset(format_percent(number, pattern, self.locale))


@lru_cache(maxsize=200)
def figures_of(locale: str) -> Figures:
    """How a locale such as `pl`, `de-AT` or `en_US` writes figures."""
    return Figures(locale_of(locale))


def _exponent(number: Decimal) -> int:
    """Of the number's last digit that is no zero."""
    exponent = number.normalize(_WIDE).as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _rounded(value: Decimal, decimals: int) -> Decimal:
    """To so many decimals, half to even; never a negative zero."""
    found = value.quantize(Decimal(1).scaleb(-decimals), context=_WIDE)
    return found or abs(found)


@lru_cache(maxsize=1000)
def _with_decimals(pattern: str, decimals: int) -> str:
    """A CLDR pattern such as `#,##0.00 ¤` with another number of decimals."""
    fraction = "." + "0" * decimals if decimals else ""
    return re.sub(r"0(\.[0#]+)?(?![0#.,])", f"0{fraction}", pattern)


def _joined(number: str, unit: str) -> str:
    return f"{number}{UNBROKEN}{unit}" if unit else number


def _typeset(figure: str) -> str:
    """With a real minus, and with a blank between a currency's code and digits."""
    apart = re.sub(r"(?<=[^\W\d_])(?=\d)", UNBROKEN, figure)
    return apart.replace("-", MINUS)
