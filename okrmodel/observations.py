"""What a connector answered for a query and a window, and how far it may be trusted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from okrmodel.windows import Window, day_begins

Key = tuple[str, Window]
"""A fingerprint and a window: what observations answer."""


class Aggregation(StrEnum):
    """How a metric behaves over time; it decides which windows are stored (design, section 4)."""

    SUM = "sum"
    DISTINCT = "distinct"
    LEVEL = "level"
    RATIO = "ratio"
    FORMULA = "formula"


class Flag(StrEnum):
    """Something the source said about the quality of a value."""

    SAMPLED = "sampled"
    THRESHOLDED = "thresholded"
    OTHER_ROW = "other_row"
    TRUNCATED = "truncated"
    BLOCKED = "blocked"


class Provisional(StrEnum):
    """Why a value may still change."""

    SETTLING = "settling"
    TODAY = "today"
    SAMPLED = "sampled"
    THRESHOLDED = "thresholded"
    OTHER_ROW = "other_row"
    QUOTA_CUT = "quota_cut"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a value came to be, enough to ask again."""

    queries: tuple[str, ...] = ()
    """Each request as sent: canonical JSON, without credentials."""
    digests: tuple[str, ...] = ()
    """SHA-256 of each response body, in the order of `queries`."""
    records: int | None = None
    """Rows counted, where rows were read."""
    null_amounts: int | None = None
    """Rows without the summed property."""
    resolved: str | None = None
    """The property or dimension that the logical name stood for."""
    currency: str | None = None
    source_zone: str | None = None
    """IANA zone in which the source cut the days."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer: the value of a query over a window, as the source gave it at one instant.

    `value` None is "no data", which is not zero. `observed_at` is aware.
    """

    fingerprint: str
    window: Window
    value: Decimal | None
    observed_at: datetime
    settles: timedelta
    """How long after the window's end the source may still change the value by itself."""
    flags: frozenset[Flag] = frozenset()
    evidence: Evidence = field(default_factory=Evidence)

    def __post_init__(self) -> None:
        if self.observed_at.tzinfo is None:
            raise ValueError("observed_at needs a time zone")

    def provisional(self, zone: ZoneInfo) -> Provisional | None:
        """Why the value is not final yet in a workspace of this zone; None when it is final."""
        ends = day_begins(self.window.end, zone)
        if self.observed_at < ends:
            return Provisional.TODAY
        if self.observed_at < ends + self.settles:
            return Provisional.SETTLING
        for flag, reason in _LASTING:
            if flag in self.flags:
                return reason
        return None


_LASTING = (
    (Flag.SAMPLED, Provisional.SAMPLED),
    (Flag.THRESHOLDED, Provisional.THRESHOLDED),
    (Flag.OTHER_ROW, Provisional.OTHER_ROW),
    (Flag.TRUNCATED, Provisional.QUOTA_CUT),
)
