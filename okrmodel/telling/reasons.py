"""Stored reasons in the reader's language.

Snapshots keep their reasons and their arithmetic as English sentences, which okrmodel composed.
`words/reasons.toml` and `words/arithmetic.toml` have each of these as a pattern and in the other
languages; English readers get theirs with numbers and days as their country writes them. What a
source answered matches none and stays as it was said.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from string import Formatter

from okrmodel.snapshot import Status
from okrmodel.telling.looks import status_words
from okrmodel.telling.texts import COUNT, LANGUAGES, Texts, catalogue

_ROOMS = ("reasons.", "arithmetic.")
_ENGLISH = LANGUAGES[0]
_BETWEEN = "; "
"""Stands between sentences that were joined."""


@lru_cache(maxsize=20_000)
def reason(texts: Texts, english: str) -> str:
    """A stored sentence in the reader's language, with numbers and days as their locale has them.

    What nobody translated stays as it was stored.
    """
    told = (_sentence(texts, each) or each for each in _sentences(english))
    return _BETWEEN.join(told)


def _sentences(english: str) -> Iterator[str]:
    """The sentences that were joined; what is none of ours belongs to the one before it."""
    first, *others = english.split(_BETWEEN)
    for other in others:
        if _found(other):
            yield first
            first = other
        else:
            first += _BETWEEN + other
    yield first


def _sentence(texts: Texts, english: str) -> str | None:
    """One sentence; None where it is none of ours."""
    if not (found := _found(english)):
        return None
    key, values = found
    return texts(key, **{name: _told(texts, name, value) for name, value in values.items()})


def _found(english: str) -> tuple[str, Mapping[str, str]] | None:
    """Which message a sentence is, and the values in it."""
    for key, pattern in _patterns():
        if found := pattern.fullmatch(english):
            return key, found.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The English sentences as what they look like, those with the most words of their own first."""
    found = []
    for key, message in catalogue().items():
        if key.startswith(_ROOMS):
            english = message[_ENGLISH]
            sentence = english if isinstance(english, str) else english["other"]
            found.append((key, sentence))
    found.sort(key=lambda each: -_own_words(each[1]))
    return tuple((key, _pattern(sentence)) for key, sentence in found)


def _own_words(sentence: str) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(sentence))


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = [
        re.escape(literal) + (f"(?P<{name}>{_kind(name).form})" if name else "")
        for literal, name, _, _ in Formatter().parse(sentence)
    ]
    return re.compile("".join(parts), re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a value looks like in a stored sentence, and how it is told."""

    form: str
    tell: Callable[[Texts, str], str]


def _told(texts: Texts, name: str, value: str) -> str | int:
    return int(value) if name == COUNT else _kind(name).tell(texts, value)


def _as_it_is(texts: Texts, value: str) -> str:  # noqa: ARG001 - one shape for all
    return value


def _number(texts: Texts, value: str) -> str:
    return texts.figures.number(Decimal(value))


def _share(texts: Texts, value: str) -> str:
    return texts.figures.number(Decimal(value.removesuffix(" %")), "%")


def _day(texts: Texts, value: str) -> str:
    return texts.figures.day(date.fromisoformat(value))


def _days(texts: Texts, value: str) -> str:
    """Days and runs of them, and how many more there are."""
    named, _, more = value.removesuffix(" more").partition(" and ")
    told = ", ".join(_span(texts, each) for each in named.split(", "))
    return texts("reasons.days-and-more", days=told, n=int(more)) if more else told


def _ends(texts: Texts, value: str) -> str:
    return ", ".join(_day(texts, each) for each in value.split(_AND_THE_END))


def _span(texts: Texts, value: str) -> str:
    first, _, last = value.partition(" to ")
    days = (date.fromisoformat(first), date.fromisoformat(last or first))
    return texts.figures.span(*days)


def _tiers(texts: Texts, value: str) -> str:
    """Keys of the file with their numbers: `from 0, commit 10, target 5`."""
    pairs = (each.split(" ") for each in value.split(", "))
    return ", ".join(f"{key} {_number(texts, number)}" for key, number in pairs)


def _rule(texts: Texts, value: str) -> str:
    """A status rule by the name of the product that it is the rule of."""
    return texts("status.rule", name=_RULES.get(value, value))


def _status(texts: Texts, value: str) -> str:
    return status_words(texts, Status(value))


_RULES: Mapping[str, str] = {
    "viva_goals": "Viva Goals",
    "engagedly": "Engagedly",
    "planview": "Planview",
    "upraise": "UpRaise",
    "mooncamp": "Mooncamp",
    "servicenow": "ServiceNow",
    "innovation_minds": "Innovation Minds",
    "atlassian": "Atlassian",
}
_DIGITS = r"-?\d+(?:\.\d+)?"
_DAY = r"\d{4}-\d\d-\d\d"
_RUN = rf"{_DAY}(?: to {_DAY})?"
_AND_THE_END = ", at the end of "
_NAMED = _Kind(r"[^\s;:,()]+", _as_it_is)
_ANY_NUMBER = _Kind(_DIGITS, _number)
_ANY_SHARE = _Kind(rf"{_DIGITS} %", _share)
_ONE_DAY = _Kind(_DAY, _day)

_KINDS: Mapping[str, _Kind] = {
    **dict.fromkeys(("share", "planned_share", "chance", "required"), _ANY_SHARE),
    **dict.fromkeys(("day", "first_day", "last_day"), _ONE_DAY),
    **dict.fromkeys(("first_iso", "last_iso"), _Kind(_DAY, _as_it_is)),
    **dict.fromkeys(("connection", "connector", "cycle", "key_result", "step"), _NAMED),
    "rule": _Kind(_NAMED.form, _rule),
    # The measure of what is set by hand is the only one with blanks in its name.
    "metric": _Kind(r"set by hand|[^\s;:,()]+", _as_it_is),
    "days": _Kind(rf"{_RUN}(?:, {_RUN})*(?: and \d+ more)?", _days),
    "ends": _Kind(f"{_DAY}(?:{_AND_THE_END}{_DAY})*", _ends),
    "moment": _Kind(rf"{_DAY} \d\d:\d\d:\d\d \S+", _as_it_is),
    "tiers": _Kind(rf"[a-z]+ {_DIGITS}(?:, [a-z]+ {_DIGITS})*", _tiers),
    "status": _Kind("|".join(Status), _status),
    "reason": _Kind(".+", reason),
    "words": _Kind(".+", _as_it_is),
}
"""By the names of values in the patterns; any other is a number."""


def _kind(name: str) -> _Kind:
    return _KINDS.get(name, _ANY_NUMBER)
