"""The kinds of work that a question to HubSpot becomes."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.contract import Ask, Audit, Step
from okrmodel.windows import from_to


@dataclass(frozen=True)
class HubSpotStep(Step):
    """Some questions that are answered together."""

    @property
    def ask(self) -> Ask:
        """The first of them, of most steps the only one."""
        return self.serves[0]


class CountStep(HubSpotStep):
    """One search for each window, reading nothing but the total."""


class ScanStep(HubSpotStep):
    """The rows of all its windows, 200 a call, counted or added up window by window here.

    `calls` is the least, one: only the first answer says how many more. Where counting turns out
    to be cheaper, some or all windows are counted.
    """


class AuditStep(HubSpotStep):
    """Stored days of one object's questions compared with totals, and searched where they differ.

    `calls` is the least.
    """

    @property
    def audits(self) -> tuple[Audit, ...]:
        """The questions."""
        found = tuple(ask for ask in self.serves if isinstance(ask, Audit))
        if len(found) < len(self.serves):
            raise TypeError(f"{self.title} compares nothing")
        return found


class NowStep(HubSpotStep):
    """How it stands at this moment. For a sum `calls` is the least: 200 rows a call are read."""


class HistogramStep(HubSpotStep):
    """Email counters in buckets of time.

    Of some types only, `calls` is the least: their emails are listed first, 100 a call, and asked
    about 100 at a time.
    """


class PublishedStep(HubSpotStep):
    """The listing of published emails, 100 a call. `calls` is the least."""


def over(asks: Sequence[Ask]) -> str:
    """The days of some questions, for titles: "2026-10-01 to 2026-11-22"."""
    windows = [window for ask in asks for window in ask.windows]
    return from_to(min(windows).start, max(window.last_day for window in windows))
