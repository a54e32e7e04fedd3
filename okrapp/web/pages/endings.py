"""How runs ended, for those who read about them: one word, one sign and one tone everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from okrmodel.snapshot import Status
from okrmodel.store.run_list import Held
from okrmodel.store.runs import Result
from okrmodel.telling.looks import LOOKS, Look
from okrmodel.telling.numbers import UNBROKEN

A_NIGHT = timedelta(hours=36)
"""A workspace whose last sync began longer ago was left out in at least one night."""

_REMEDY = " – "
"""Stands between what went wrong and what helps (`flows.report.Fault`)."""
_BETWEEN = "; "
"""Stands between what went wrong in one run."""


class Ending(StrEnum):
    """How a run ended, or the last sync of a workspace."""

    OK = "ok"
    STALE = "stale"
    FAILED = "failed"
    GOES_ON = "goes-on"
    KILLED = "killed"
    """It never ended, and nobody holds the workspace for it any more."""
    MISSED = "missed"
    """It was well, but there should have been one since."""
    NEVER = "never"
    RESTS = "rests"
    """None is wanted."""


ENDING_LOOKS: Mapping[Ending, Look] = {
    Ending.OK: Look("✓", "good"),
    Ending.STALE: LOOKS[Status.STALE],
    Ending.FAILED: Look("✕", "bad"),
    Ending.GOES_ON: Look("…", "quiet"),
    Ending.KILLED: Look("✕", "bad"),
    Ending.MISSED: Look("!", "warn"),
    Ending.NEVER: Look("–", "quiet"),
    Ending.RESTS: Look("=", "quiet"),
}

TROUBLE = (Ending.FAILED, Ending.KILLED, Ending.MISSED, Ending.STALE, Ending.NEVER)
"""What somebody has to look at, the worst first."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong."""

    what: str
    remedy: str = ""
    where: str = ""
    """The connection; empty where none is meant."""


def ending(run: int, ended: datetime | None, result: Result | None, held: Held | None) -> Ending:
    """How a run ended; one that did not goes on only while its workspace is held, and if it is the newest.

    Args:
        run: Its id.
        ended: When.
        result: How, by its own word.
        held: Who works on its workspace at the moment.
    """
    if ended is None or result is None:
        return Ending.GOES_ON if held and held.run == run else Ending.KILLED
    return Ending(result.value)


def faults(reason: str) -> tuple[Fault, ...]:
    """The faults that a stored reason joins: each with its remedy, where it has one."""
    found: list[Fault] = []
    open_part = ""
    for part in reason.split(_BETWEEN) if reason else ():
        open_part = f"{open_part}{_BETWEEN}{part}" if open_part else part
        what, dash, remedy = open_part.rpartition(_REMEDY)
        if dash:
            found.append(Fault(what, remedy))
            open_part = ""
    if open_part:
        found.append(Fault(open_part))
    # Steps that fail alike are told once.
    return tuple(dict.fromkeys(found))


def lasted(span: timedelta) -> str:
    """How long something took, in the signs of the SI, which every language shares: "2 min 5 s"."""
    seconds = int(span.total_seconds())
    if seconds < 1:
        return _units((("<1", "s"),))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _units(((hours, "h"), (minutes, "min")))
    return _units(((minutes, "min"), (seconds, "s"))) if minutes else _units(((seconds, "s"),))


def _units(parts: Iterable[tuple[object, str]]) -> str:
    return " ".join(f"{number}{UNBROKEN}{unit}" for number, unit in parts)
