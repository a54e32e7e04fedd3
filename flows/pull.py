"""From demand to observations: what is not settled is asked, step by step, and recorded."""

import traceback
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.contract import Ask, Identity, Part, Step, answers
from connectors.errors import ConnectorError, CredentialsError, Permanent, RetryLater, RetrySoon
from flows.connections import Opened, opened, refuse_strangers
from flows.edges import Progress
from flows.job import Job
from flows.report import Fault
from okrmodel.demand import Demand
from okrmodel.observations import Observation, Provisional
from okrmodel.resolution import Source
from okrmodel.snapshot import Known
from okrmodel.store.accounts import confirm_account
from okrmodel.store.errors import AccountChanged
from okrmodel.store.observations import Key, known_observations
from okrmodel.store.runs import Run
from okrmodel.store.steps import record_step
from okrmodel.windows import Window, day_begins

LEVEL_IS_READ_WITHIN = timedelta(hours=12)
"""A level without history, read this soon after a day's end, still stands for that day's end."""

_MOVING = {Provisional.TODAY, Provisional.SETTLING}
"""What time mends. The other reasons stay with a value: the same question gets the same answer."""


@dataclass
class Pulled:
    """What a pull did, as it grows."""

    calls: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Pull:
    """What all steps of a pull share."""

    job: Job
    run: Run
    known: Mapping[Key, Known]
    """What the store knew of the demand beforehand."""
    pulled: Pulled


def pull(job: Job, run: Run, wanted: Demand) -> Pulled:
    """Ask the connections for what the store does not know for good yet.

    One connection's failure never hides the others' answers: it becomes a fault.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    windows = {source.fingerprint: found for source, found in wanted.windows.items()}
    known = known_observations(job.store, job.workspace, windows)
    each = _Pull(job, run, known, Pulled())
    for name, asks in _open_questions(job, wanted, known).items():
        _pull_connection(each, name, asks)
    return each.pulled


def _open_questions(
    job: Job, wanted: Demand, known: Mapping[Key, Known]
) -> Mapping[str, Sequence[Ask]]:
    """The demand by connection, less what is settled and what no source can know any more."""
    zone, now = job.company.workspace.zone, job.now()

    def is_open(source: Source, window: Window) -> bool:
        if day_begins(window.start, zone) > now:
            return False
        if not source.query.has_history:
            return now <= day_begins(window.end, zone) + LEVEL_IS_READ_WITHIN
        found = known.get((source.fingerprint, window))
        return found is None or found.provisional in _MOVING or source.query.FREE

    questions: dict[str, list[Ask]] = {}
    for source, windows in wanted.windows.items():
        if left := tuple(window for window in windows if is_open(source, window)):
            ask = Ask(source.fingerprint, source.query, source.aggregation, left)
            questions.setdefault(source.connection, []).append(ask)
    return questions


def _pull_connection(each: _Pull, name: str, asks: Sequence[Ask]) -> None:
    job = each.job
    try:
        with opened(job.company, name, job.folder, job.edges) as connection:
            try:
                identity = connection.session.identity()
                refuse_strangers(job.company, connection, identity)
                confirm_account(job.store, job.workspace, name, identity.account)
                _run_steps(each, connection, asks, _zone(each, connection, identity))
            finally:
                each.pulled.calls[name] = connection.session.calls
    except ConnectorError as error:
        each.pulled.faults.append(Fault.of(name, error))
    except AccountChanged as error:
        each.pulled.faults.append(Fault.of(name, Permanent(str(error))))


def _zone(each: _Pull, connection: Opened, identity: Identity) -> ZoneInfo:
    """Where the days asked for end: a source that cuts them itself ends them in its own zone."""
    if connection.options.days == "source" and identity.zone:
        return ZoneInfo(identity.zone)
    return each.job.company.workspace.zone


def _run_steps(each: _Pull, connection: Opened, asks: Sequence[Ask], zone: ZoneInfo) -> None:
    """Execute the steps, and record each part in its own short transaction; none is open meanwhile."""
    job, faults = each.job, each.pulled.faults
    steps = deque(connection.connector.plan(asks, connection.options))
    refused: set[str] = set()
    done = 0
    while steps:
        step = steps.popleft()
        if refused.issuperset(ask.fingerprint for ask in step.serves):
            continue
        title = f"{connection.name}: {step.title}"
        job.edges.listen(Progress("pull", done, done + 1 + len(steps), title))
        try:
            for part in _answers(connection, step):
                record_step(job.store, each.run, job.lease, _news(each, step, answers(part)), zone)
                job.keep_lease()
        except (CredentialsError, RetryLater, RetrySoon) as error:
            # The whole connection is down, closed or spent: the steps after would fail alike.
            faults.append(Fault.of(connection.name, error))
            return
        except ConnectorError as error:
            if len(step.serves) > 1:
                # One refused question must not take along those that shared its request.
                steps.extendleft(reversed(_apart(connection, step)))
                continue
            refused |= {ask.fingerprint for ask in step.serves}
            faults.append(Fault.of(connection.name, error))
            continue
        done += 1
    job.edges.listen(Progress("pull", done, done, connection.name))


def _answers(connection: Opened, step: Step) -> Iterator[Part]:
    """What the step finds out; a bug in a connector is that connection's trouble alone."""
    try:
        yield from connection.session.run(step)
    except ConnectorError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
        # Its own text may quote a body or a secret: kind and place are enough to find it.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        raise Permanent(
            f"the connector {connection.connector.name} broke at {where}"
            f" ({type(error).__name__}) on: {step.title}",
            remedy="report it to the connector's makers: it is a bug",
        ) from None


def _apart(connection: Opened, step: Step) -> list[Step]:
    """The same questions again, none sharing a request with another."""
    return [
        alone
        for ask in step.serves
        for alone in connection.connector.plan((ask,), connection.options)
    ]


def _news(each: _Pull, step: Step, found: Sequence[Observation]) -> list[Observation]:
    """The answers worth a record: a source's every one, a file's where it says something new."""
    free = {ask.fingerprint for ask in step.serves if ask.query.FREE}

    def is_news(answer: Observation) -> bool:
        known = each.known.get((answer.fingerprint, answer.window))
        return known is None or known.provisional is not None or known.value != answer.value

    return [a for a in found if a.fingerprint not in free or is_news(a)]
