"""The colours of charts: the tokens of the pages' own style sheet, light and dark."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from okrmodel.telling.looks import Tone

Look = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """One accent, three judgements, and greys; every text colour has a contrast of 4.5 on `paper`."""

    accent: str
    good: str
    warn: str
    bad: str
    ink: str
    muted: str
    """Of words beside figures."""
    faint: str
    """Of lines behind others; never of words."""
    paper: str
    line: str
    """Of grid lines."""

    def of(self, tone: Tone) -> str:
        """The colour of a status."""
        return {
            "good": self.good,
            "warn": self.warn,
            "bad": self.bad,
            "done": self.good,
            "quiet": self.muted,
        }[tone]


PALETTES: Mapping[Look, Palette] = {
    "light": Palette(
        accent="#2557d6",
        good="#1a7f4b",
        warn="#9a6200",
        bad="#c02b2b",
        ink="#1b1f27",
        muted="#5b6472",
        faint="#a3abb7",
        paper="#ffffff",
        line="#d9dde4",
    ),
    "dark": Palette(
        accent="#7aa2ff",
        good="#4cc38a",
        warn="#e0a83a",
        bad="#ff7b72",
        ink="#e7eaf0",
        muted="#9aa4b2",
        faint="#5f6a79",
        paper="#14171c",
        line="#2b313a",
    ),
}

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
"""What the pages are set in; pictures are drawn with Liberation Sans, which vl-convert carries."""
