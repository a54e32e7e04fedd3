"""What Google lets a project ask of a property, and when it may ask again.

Source: https://developers.google.com/analytics/devguides/reporting/data/v1/quotas. Of tokens, these
are a standard property's; a 360's has ten times as many, and says so with its first answer.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.budget import AtOnce, Quota

AN_HOUR = Quota("tokens an hour", 14_000)
"""Of a project: 35 % of the property's."""
A_DAY = Quota("tokens a day", 200_000)
"""Of the property, whoever asks."""
GOOGLES_NAMES = {"tokens_per_project_per_hour": AN_HOUR, "tokens_per_day": A_DAY}
"""In a PropertyQuota."""

_PACIFIC = ZoneInfo("America/Los_Angeles")


def at_once(timeout: float) -> AtOnce:
    """The requests of a property that may be under way together, none for longer than `timeout`."""
    return AtOnce("concurrent requests", 10, lasts=timeout + 60)


def ends(now: datetime) -> Iterator[tuple[Quota, datetime]]:
    """Each quota with the end of its period.

    A day ends at midnight in California. An hour's tokens come back "within the hour", Google does
    not say when: each clock hour begins with all of them, and the answers tell what is true.
    """
    began = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    tomorrow = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    yield AN_HOUR, began + timedelta(hours=1)
    yield A_DAY, datetime.combine(tomorrow, time(), _PACIFIC).astimezone(UTC)
