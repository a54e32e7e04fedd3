"""A connection as flows would give it, with a clock and a retry that never wait."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from connectors.budget import Unlimited
from connectors.contract import Ask, Connection, Session, Step, answers
from connectors.retry import Retry
from okrmodel.definitions.query import ConnectionOptions, Query
from okrmodel.observations import Aggregation, Observation
from okrmodel.windows import ONE_DAY, Window

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""04:00 in Warsaw."""
WARSAW = ZoneInfo("Europe/Warsaw")


def connection(
    options: ConnectionOptions,
    *,
    secrets: Mapping[str, str] | None = None,
    root: Path = Path(),
    zone: ZoneInfo = WARSAW,
    now: Callable[[], datetime] = lambda: NOW,
    slept: list[float] | None = None,
) -> Connection:
    pauses: list[float] = [] if slept is None else slept
    return Connection(
        name="under-test",
        options=options,
        secrets={name: SecretStr(value) for name, value in (secrets or {}).items()},
        zone=zone,
        root=root,
        budget=Unlimited(),
        retry=Retry(sleep=pauses.append, random=lambda: 1.0, tries=3),
        now=now,
    )


def ask(query: Query, *windows: Window, aggregation: Aggregation | None = None) -> Ask:
    implied = aggregation or query.aggregation
    assert implied is not None
    return Ask(repr(query.canonical()), query, implied, tuple(sorted(set(windows))))


def days(first: str, last: str) -> tuple[Window, ...]:
    """One window for each day, both ends included."""
    return tuple(
        Window(date.fromisoformat(first), date.fromisoformat(last) + ONE_DAY).day_windows()
    )


def day(text: str) -> Window:
    return Window.of_day(date.fromisoformat(text))


def run(session: Session, *steps: Step) -> list[Observation]:
    """What the steps answer, all parts together."""
    return [o for step in steps for part in session.run(step) for o in answers(part)]


def values(session: Session, asked: Ask, steps: Sequence[Step]) -> list[Any]:
    """What the steps answer to one ask, in the order of its windows."""
    found = {(o.fingerprint, o.window): o.value for o in run(session, *steps)}
    return [found[asked.fingerprint, window] for window in asked.windows]
