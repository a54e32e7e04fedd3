"""What a letter is made of, before it takes one of its forms.

A block holds text as it is; each form escapes it in its own way, so that the words of a config or a
source are never markup.
"""

from dataclasses import dataclass
from enum import StrEnum

from okrmodel.snapshot import Status


class Voice(StrEnum):
    """How a piece of a line is said."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a line."""

    text: str
    voice: Voice = Voice.PLAIN
    status: Status | None = None
    """It says this status: the form sets its sign before it, and its tone where it can."""


Line = tuple[Piece, ...]
"""Pieces that follow one another, with a blank between them."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The one line that answers the reader's question."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line among others."""

    line: Line


@dataclass(frozen=True, slots=True)
class Point:
    """One of several: what it is about, and what is said of it."""

    head: Line
    detail: Line = ()


@dataclass(frozen=True, slots=True)
class Points:
    """Points of equal rank, under a heading where there is one."""

    points: tuple[Point, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key result among its like: what is read first, and what stands below it."""

    title: str
    status: Piece
    figures: tuple[str, ...]
    """The value with its target, then the rest; those that say nothing are left out."""


@dataclass(frozen=True, slots=True)
class Group:
    """An objective and its key results."""

    title: str
    status: Piece
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Standings:
    """Every key result, by objective."""

    heading: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to read on."""

    label: str
    url: str


DOT = Piece("·", Voice.QUIET)

Block = Lead | Paragraph | Points | Standings | Link


def plain(text: str) -> Piece:
    """Text that is said as it is."""
    return Piece(text)


def strong(text: str) -> Piece:
    """What the eye is to find."""
    return Piece(text, Voice.STRONG)


def quiet(text: str) -> Piece:
    """What may be passed over."""
    return Piece(text, Voice.QUIET)


def parted(*pieces: Piece) -> Line:
    """Pieces of equal rank, with a dot between them; empty ones are left out."""
    given = [piece for piece in pieces if piece.text]
    return tuple(each for piece in given for each in (DOT, piece))[1:]


def joined(point: Point) -> Line:
    """A point on one line."""
    return (*point.head, DOT, *point.detail) if point.detail else point.head
