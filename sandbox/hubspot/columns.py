"""One property of many objects at one instant, as an array that can be filtered and sorted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Literal, overload

import numpy as np

from sandbox.company.tables import NEVER, Flags, Ints

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(ms: int) -> str:
    """An instant as Java prints it: "…T23:31:55.758Z", and no fraction when it is zero."""
    instant = _EPOCH + timedelta(milliseconds=ms)
    whole = instant.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{ms % 1000:03d}Z" if ms % 1000 else f"{whole}Z"


def parse_instant(text: str) -> Fraction:
    """Milliseconds since 1970 from epoch milliseconds or ISO-8601; ValueError otherwise.

    ISO text without a zone is read as UTC, a date alone as its midnight.
    """
    if text.removeprefix("-").isdigit():
        return Fraction(int(text))
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return Fraction((instant - _EPOCH) // timedelta(microseconds=1), 1000)


def ordering(keys: Ints, *, descending: bool) -> Ints:
    """The order of these keys: those that are NEVER last both ways, equal ones as they came."""
    if descending:
        keys = np.where(keys == NEVER, NEVER, -keys)
    return np.argsort(keys, kind="stable")


@dataclass(frozen=True)
class Whole:
    """Numbers and instants in whole units; NEVER where there is no value."""

    kind: Literal["datetime", "number"]
    values: Ints
    scale: int = 1
    """Units in one: 100 where the units are cents, 1 for instants (milliseconds) and ids."""

    @property
    def present(self) -> Flags:
        there: Flags = self.values != NEVER
        return there

    def at(self, rows: Ints) -> "Whole":
        """The column of these rows, in their order."""
        return replace(self, values=self.values[rows])

    def keys(self, rows: Ints) -> Ints:
        """Integers that sort these rows as their values do; NEVER for those without one."""
        return self.values[rows]

    def unit(self, text: str) -> Fraction:
        """What a filter's value means in units, exactly; ValueError when it means nothing."""
        if self.kind == "datetime":
            return parse_instant(text)
        return Fraction(text) * self.scale

    def texts(self, rows: Ints) -> list[str | None]:
        write = iso if self.kind == "datetime" else self._write
        return [None if v == NEVER else write(v) for v in self.values[rows].tolist()]

    def _write(self, units: int) -> str:
        # Numbers keep the form in which somebody wrote them; two forms for whole amounts will do.
        whole, rest = divmod(units, self.scale)
        if self.scale == 1 or (rest == 0 and whole % 3):
            return str(whole)
        return f"{whole}.{rest:02d}"


@dataclass(frozen=True)
class Words:
    """Text and enumerations: a code into the words that occur, -1 where there is no value."""

    kind: Literal["enumeration", "bool", "string"]
    codes: Ints
    words: Sequence[str]

    @property
    def present(self) -> Flags:
        return self.codes >= 0

    def at(self, rows: Ints) -> "Words":
        """The column of these rows, in their order."""
        return replace(self, codes=self.codes[rows])

    def where(self, holds: Callable[[str], bool]) -> Flags:
        """The rows whose word satisfies the condition; asked once a word, not once a row.

        The words of a "string" arrive lower-cased: HubSpot ignores the case of text, but not
        that of enumeration values.
        """
        folded = (w.lower() for w in self.words) if self.kind == "string" else self.words
        table = [holds(word) for word in folded]
        return np.array([*table, False], dtype=np.bool_)[self.codes]

    def keys(self, rows: Ints) -> Ints:
        """Integers that sort these rows as their words do; NEVER for those without one."""
        by_word = sorted(range(len(self.words)), key=lambda code: self.words[code].lower())
        ranks = np.empty(len(self.words) + 1, dtype=np.int64)
        ranks[by_word] = np.arange(len(by_word))
        ranks[-1] = NEVER
        return ranks[self.codes[rows]]

    def texts(self, rows: Ints) -> list[str | None]:
        return [None if code < 0 else self.words[code] for code in self.codes[rows].tolist()]


Column = Whole | Words


class Spelled(Sequence[str]):
    """Words that are spelled when looked at: a million addresses need no memory."""

    def __init__(self, length: int, spell: Callable[[int], str]) -> None:
        self._length = length
        self._spell = spell

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self._spell(i) for i in range(*index.indices(self._length))]
        return self._spell(index)

    def __iter__(self) -> Iterator[str]:
        return map(self._spell, range(self._length))
