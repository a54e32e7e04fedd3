"""Figures in a title: real numbers and percentages, told from dates, limits and names."""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from okrmodel.lint.words import Words, every

_DIGITS = (
    r"(?<![^\W_])(?<![^\W\d_][-–])"  # the 4 of GA4 and the 19 of COVID-19 belong to a name
    r"\d+(?:[.,\u00a0\u202f '’]\d{3})*(?:[.,]\d+)?"
)
_SUFFIX = r"(?:\s?(?:k|m|mn|bn|mln|mld|mrd|mio|tys|tsd))?"
_ISO = r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})?(?!\d)"
_YEAR = r"(?:19|20)\d{2}(?:/\d{2,4})?(?![^\W_])(?![.,]?\d)"
_LAST_YEAR = r"20[2-4]\d"
"""Standing last, a number is a year only when it can be one of a plan."""


class Figures(NamedTuple):
    """Which figures a title holds."""

    real: bool
    """A real number: 30 MQLs."""
    share: bool
    """A percentage or a multiple: 50 %, double."""


def figures(text: str, languages: Sequence[Words]) -> Figures:
    """Look for figures; dates, limits in time and names with digits in them are none."""
    without = text.casefold()
    for pattern in _without(languages):
        without = pattern.sub(" · ", without)
    rest, shares = _share(languages).subn(" · ", without)
    rest, multiples = _multiple(languages).subn(" · ", rest)
    return Figures(bool(_real(languages).search(rest)), bool(shares or multiples))


@lru_cache(maxsize=512)
def is_percentage(unit: str) -> bool:
    """Whether a unit makes its numbers percentages, in any language that there are words of."""
    small = unit.strip().casefold()
    return small in {"%", "‰"} or any(words.has(words.shares, small) for words in every())


def _any(entries: Iterable[str]) -> str:
    """A pattern for any of several words or phrases, the longest first."""
    ordered = sorted(entries, key=lambda entry: (-len(entry), entry))
    found = [re.escape(entry.rstrip("*")) + r"\w*" * entry.endswith("*") for entry in ordered]
    return rf"(?:{'|'.join(found)})" if found else "(?!)"


def _all(languages: Sequence[Words], key: str) -> str:
    return _any({entry for words in languages for entry in getattr(words, key)})


@cache
def _without(languages: Sequence[Words]) -> tuple[re.Pattern[str], ...]:
    names, months, dates, within, times = (
        _all(languages, key) for key in ("names", "months", "dates", "within", "times")
    )
    one = rf"(?:\d+|{_all(languages, 'numbers')})"
    ordinal = r"\d{1,2}(?:st|nd|rd|th|\.)?"
    patterns = (
        rf"(?<!\w){names}(?!\w)",
        rf"(?<!\w)(?:{_ISO})",
        # The fourth quarter, before its year goes.
        rf"(?<!\w)\d{{1,2}}(?:st|nd|rd|th|\.)\s+{times}(?!\w)",
        rf"(?<!\w){ordinal}\s+(?:of\s+)?{months}(?!\w)\.?(?:\s+{_YEAR})?",
        rf"(?<!\w){months}(?!\w)\.?\s+(?:{_YEAR}|{ordinal}(?!\w)(?:,?\s+{_YEAR})?)",
        rf"(?<!\w)(?:{dates}|[qh][1-4]|[1-4][qh])\s+{_YEAR}",
        rf"(?<!\w){_LAST_YEAR}(?=\W*$)",
        # A limit (within 24 hours), or a length as an adjective (a 28-day window).
        rf"(?<!\w){within}\s+{one}\s*{times}(?!\w)",
        rf"(?<!\w){one}[-–]{times}(?!\w)",
        r"(?<!\w)(?:version|v)\.?\s?\d[\d.]*",
    )
    return tuple(re.compile(pattern) for pattern in patterns)


@cache
def _share(languages: Sequence[Words]) -> re.Pattern[str]:
    number = rf"(?:{_DIGITS}|(?<!\w){_all(languages, 'numbers')}(?!\w))"
    unit = rf"(?:%|‰|[x×](?!\w)|{_all(languages, 'shares')}(?![^\W_]))"
    return re.compile(
        rf"(?:{number}\s*(?:[%‰]\s*)?(?:{_all(languages, 'ranges')}|[-–])\s*)?"
        rf"{number}[\s\u202f-]*{unit}"
    )


@cache
def _multiple(languages: Sequence[Words]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_all(languages, 'multiples')}(?!\w)")


@cache
def _real(languages: Sequence[Words]) -> re.Pattern[str]:
    return re.compile(rf"{_DIGITS}{_SUFFIX}(?![^\W_])|(?<!\w){_all(languages, 'numbers')}(?!\w)")
