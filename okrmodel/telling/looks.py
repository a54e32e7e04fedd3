"""How a status looks, the same everywhere: a sign, a word and a tone; never a colour alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okrmodel.snapshot import Status

if TYPE_CHECKING:
    # The command line takes signs from here, and needs no country's figures.
    from okrmodel.telling.texts import Texts

Tone = Literal["good", "warn", "bad", "done", "quiet"]


@dataclass(frozen=True, slots=True)
class Look:
    """What stands beside the word, and what the colour means."""

    sign: str
    tone: Tone


LOOKS: Mapping[Status, Look] = {
    Status.ACHIEVED: Look("★", "done"),
    Status.ON_TRACK: Look("●", "good"),
    Status.AT_RISK: Look("▲", "warn"),
    Status.OFF_TRACK: Look("■", "bad"),
    Status.MISSED: Look("■", "bad"),
    Status.STALE: Look("?", "quiet"),
    Status.TOO_EARLY: Look("·", "quiet"),
    Status.NO_DATA: Look("–", "quiet"),
}
"""Signs that differ in shape, also in black and white; a missed one is an off-track one that ended."""

COURSES: Mapping[str, frozenset[Status]] = {
    "good": frozenset({Status.ACHIEVED, Status.ON_TRACK}),
    "warn": frozenset({Status.AT_RISK}),
    "bad": frozenset({Status.OFF_TRACK, Status.MISSED}),
    "quiet": frozenset({Status.NO_DATA, Status.STALE, Status.TOO_EARLY}),
}
"""What is counted together; on the good one key results are met, as things go."""

NOT_MET = COURSES["warn"] | COURSES["bad"]
"""What is not going to be met, as things go, or was not."""

COURSE_SIGNS = {
    "good": LOOKS[Status.ON_TRACK].sign,
    "warn": LOOKS[Status.AT_RISK].sign,
    "bad": LOOKS[Status.OFF_TRACK].sign,
    "quiet": LOOKS[Status.NO_DATA].sign,
}


def status_words(texts: "Texts", status: Status) -> str:
    """What a status is called."""
    return texts(f"status.{status.value.replace('_', '-')}")
