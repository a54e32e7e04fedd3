"""Cells to numbers, days and answers: exact, and a question where a text means two things."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from okrmodel.exact import plain as plain_number
from okrmodel.reading.scalars import MOST_DIGITS
from okrmodel.tracker.grid import Cell, Percent, Uncalculated, text_of
from okrmodel.tracker.words import Mark, plain, words

_MARKS: dict[Mark, str] = {"comma": ",", "point": "."}
_SPACES = "\u00a0\u202f\u2009 '’"
"""What separates thousands and never decimals."""
_SIGNS = str.maketrans({"−": "-", "–": "-"})
_CURRENCY = r"[€$£¥]|zł|[A-Z]{3}"
_AMOUNT = re.compile(
    rf"(?P<before>{_CURRENCY})?\s*(?P<number>[-+]?[0-9][0-9.,{_SPACES}]*|[-+]?[.,][0-9]+)"
    rf"\s*(?P<after>%|{_CURRENCY})?"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_SPACED = re.compile(rf"^[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?![0-9])")
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_UNCALCULATED = (
    "holds a formula and not its value; open the file in a spreadsheet program and save it"
)


class Unclear(ValueError):  # noqa: N818 - says what is wrong
    """A cell is not what its column holds; the message goes on after the cell's name."""


class Ambiguous(Unclear):
    """A cell means two things, and only a person knows which."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it is said to count in."""

    value: Decimal
    unit: str = ""


def figure(cell: Cell, mark: Mark | None = None) -> Figure | None:
    """The number in a cell; None of an empty one.

    Args:
        cell: Text is read as people write numbers: 1 234,50 and 1.234,50 and $1,234.50 and 12 %.
        mark: The decimal mark of the texts; told by each text itself when None.

    Raises:
        Ambiguous: The text is a number of two kinds, such as 1,234.
        Unclear: It is none.
    """
    match cell:
        case None:
            return None
        case Percent(value=value):
            return Figure(_fitting(value), "%")
        case Decimal():
            return Figure(_fitting(cell))
        case Uncalculated():
            raise Unclear(_UNCALCULATED)
        case bool() | date():
            raise Unclear(f"holds {text_of(cell)}, expected a number")
    text = text_of(cell).translate(_SIGNS)
    if not text:
        return None
    found = _AMOUNT.fullmatch(text)
    if found is None or (found["before"] and found["after"]):
        raise Unclear(f"holds {_shown(text)}, expected a number alone")
    return Figure(_number(found["number"], mark), found["before"] or found["after"] or "")


def _number(text: str, mark: Mark | None) -> Decimal:
    """The number that a text of digits and marks stands for."""
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.lstrip("+"))
    spaced = digits.strip(_SPACES)
    bare = _SPACED.sub(lambda group: re.sub(rf"[{_SPACES}]", "", group[0]), spaced)
    if any(space in bare for space in _SPACES):
        raise Unclear(f"holds {_shown(text)}, expected blanks only before three digits")
    decimal = _MARKS[mark] if mark else _decimal_mark(bare, grouped=bare != spaced)
    whole, point, rest = bare.rpartition(decimal) if decimal in bare else (bare, "", "")
    if any(c in rest for c in ".,") or not _is_whole(whole, spaced=bare != spaced):
        kind = f" with a decimal {mark}" if mark else ""
        raise Unclear(f"holds {_shown(text)}, expected a number{kind}")
    joined = re.sub(r"[.,]", "", whole)
    return _fitting(Decimal(f"{sign}{joined or '0'}{'.' if point and rest else ''}{rest}"))


def _decimal_mark(text: str, *, grouped: bool) -> str:
    """Which of the two marks is the decimal one; the other, or none, separates thousands."""
    last = max(".,", key=text.rfind)
    if last not in text:
        return "."
    other = "," if last == "." else "."
    if other in text or grouped:
        return last
    if text.count(last) > 1:
        return other
    if _EITHER.fullmatch(text):
        joined = text.replace(last, "")
        raise Ambiguous(
            f"holds {_shown(text)}, which may be {joined} or {text.replace(last, '.')};"
            " say --decimal comma or --decimal point"
        )
    return last


def _is_whole(text: str, *, spaced: bool) -> bool:
    if not any(mark in text for mark in ".,"):
        return not text or text.isdecimal()
    return not spaced and bool(_GROUPED.fullmatch(text)) and not ("." in text and "," in text)


def _fitting(value: Decimal) -> Decimal:
    if len(value.as_tuple().digits) > MOST_DIGITS or abs(value.adjusted()) > MOST_DIGITS:
        raise Unclear(f"holds a number of more than {MOST_DIGITS} digits")
    return Decimal(plain_number(value))


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_BY_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})")
_BY_STROKES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


def day(cell: Cell) -> date | None:
    """The day in a cell; None of an empty one.

    Raises:
        Ambiguous: Day and month could be the other way round.
        Unclear: It is no day.
    """
    if cell is None or (isinstance(cell, date)):
        return cell
    if isinstance(cell, Uncalculated):
        raise Unclear(_UNCALCULATED)
    text = text_of(cell)
    if found := _ISO.fullmatch(text):
        return _date(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _BY_POINTS.fullmatch(text):
        return _date(text, int(found[3]), int(found[2]), int(found[1]))
    if found := _BY_STROKES.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        if first != second and first <= 12 and second <= 12:
            one, other = _date(text, year, second, first), _date(text, year, first, second)
            raise Ambiguous(f"holds {_shown(text)}, which may be {one} or {other}")
        month, of_month = (second, first) if second <= 12 else (first, second)
        return _date(text, year, month, of_month)
    raise Unclear(f"holds {_shown(text)}, expected a day such as 2026-12-31")


def _date(text: str, year: int, month: int, of_month: int) -> date:
    try:
        return date(year, month, of_month)
    except ValueError:
        raise Unclear(f"holds {_shown(text)}, which is no day of the calendar") from None


class Answer(NamedTuple):
    """A yes or a no."""

    done: bool


def answer(cell: Cell) -> Answer | None:
    """Whether a cell says yes or no; None where it says something else, or nothing."""
    if isinstance(cell, bool):
        return Answer(cell)
    known = words().answers.get(plain(cell)) if isinstance(cell, str) else None
    return None if known is None else Answer(known)


def _shown(text: str) -> str:
    """A cell's text in a message, cut where it is long."""
    return f'"{text[:40]}…"' if len(text) > 41 else f'"{text}"'
