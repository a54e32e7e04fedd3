"""From demand to observations: what is not settled is asked, step by step, and recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from connectors.contract import Ask, Step
from connectors.errors import ConnectorError, CredentialsError, RetryLater, RetrySoon
from flows.connections import Opened, opened, refuse_strangers
from flows.edges import Progress
from flows.job import Job
from flows.report import Fault
from okrmodel.demand import Demand
from okrmodel.resolution import Source
from okrmodel.store.accounts import confirm_account
from okrmodel.store.observations import known_observations
from okrmodel.store.runs import Run
from okrmodel.store.steps import Change, record_step
from okrmodel.windows import Window, day_begins

LEVEL_IS_READ_WITHIN = timedelta(hours=12)
"""A level without history, read this soon after a day's end, still stands for that day's end."""


@dataclass
class Pulled:
    """What a pull did, as it grows."""

    calls: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


Questions = Mapping[str, Sequence[Ask]]
"""What is to be asked, by connection."""


def pull(job: Job, run: Run, wanted: Demand) -> Pulled:
    """Ask the connections for what the store does not know for good yet.

    One connection's failure never hides the others' answers: it becomes a fault.
    """
    pulled = Pulled()
    for name, asks in _open_questions(job, wanted).items():
        _pull_connection(job, run, name, asks, pulled)
    return pulled


def _open_questions(job: Job, wanted: Demand) -> Questions:
    """The demand less what is settled in the store, and less what no source can know any more."""
    zone, now = job.company.workspace.zone, job.now()
    settled = {
        key
        for key, known in known_observations(
            job.store,
            job.workspace,
            {source.fingerprint: windows for source, windows in wanted.windows.items()},
        ).items()
        if known.provisional is None
    }

    def is_open(source: Source, window: Window) -> bool:
        if day_begins(window.start, zone) > now:
            return False
        if not source.query.has_history:
            return now <= day_begins(window.end, zone) + LEVEL_IS_READ_WITHIN
        return source.query.FREE or (source.fingerprint, window) not in settled

    questions: dict[str, list[Ask]] = {}
    for source, windows in wanted.windows.items():
        if left := tuple(window for window in windows if is_open(source, window)):
            ask = Ask(source.fingerprint, source.query, source.aggregation, left)
            questions.setdefault(source.connection, []).append(ask)
    return questions


def _pull_connection(job: Job, run: Run, name: str, asks: Sequence[Ask], pulled: Pulled) -> None:
    every = frozenset(ask.fingerprint for ask in asks)
    try:
        with opened(job.company, name, job.folder, job.edges) as connection:
            try:
                identity = connection.session.identity()
                refuse_strangers(job.company, connection, identity)
                confirm_account(job.store, job.workspace, name, identity.account)
                steps = connection.connector.plan(asks, connection.options)
                _run_steps(job, run, connection, steps, pulled)
            finally:
                pulled.calls[name] = connection.session.calls
    except ConnectorError as error:
        pulled.faults.append(Fault.of(name, error, every))


def _run_steps(
    job: Job, run: Run, connection: Opened, steps: Sequence[Step], pulled: Pulled
) -> None:
    """Execute and record each step in its own short transaction; nothing is open meanwhile."""
    for done, step in enumerate(steps):
        job.edges.listen(Progress("pull", done, len(steps), f"{connection.name}: {step.title}"))
        try:
            observations = connection.session.run(step)
        except (CredentialsError, RetryLater, RetrySoon) as error:
            # The whole connection is down, closed or spent: the steps after would fail alike.
            left = (ask.fingerprint for later in steps[done:] for ask in later.serves)
            pulled.faults.append(Fault.of(connection.name, error, frozenset(left)))
            return
        except ConnectorError as error:
            asked = frozenset(ask.fingerprint for ask in step.serves)
            pulled.faults.append(Fault.of(connection.name, error, asked))
            continue
        zone = job.company.workspace.zone
        pulled.changes += record_step(job.store, run, job.lease, observations, zone)
        job.keep_lease()
    job.edges.listen(Progress("pull", len(steps), len(steps), connection.name))
