"""From a plan to observations: connections side by side, each step by step, every part recorded."""

import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, wait
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from threading import Event, Lock
from zoneinfo import ZoneInfo

from connectors.beside import beside
from connectors.contract import Bookmark, Part, Step
from connectors.errors import (
    ConnectorError,
    CredentialsError,
    Permanent,
    RetryLater,
    RetrySoon,
)
from flows.connections import Opened, Stopped, opened, refuse_strangers
from flows.edges import Progress
from flows.job import Job
from flows.planning import Errand, Plan, step_key
from flows.report import Fault
from okrmodel.observations import Observation
from okrmodel.store.accounts import confirm_account
from okrmodel.store.bookmarks import bookmarks, forget_bookmark, set_bookmark
from okrmodel.store.errors import AccountChanged
from okrmodel.store.runs import Run
from okrmodel.store.steps import record_step

GRACE = 2.0
"""Seconds in which what is just being recorded is finished after Ctrl-C."""


@dataclass
class Pulled:
    """What a pull did."""

    calls: dict[str, int] = field(default_factory=dict)
    """Requests sent, by connection."""
    faults: list[Fault] = field(default_factory=list)


def pull(job: Job, run: Run, plan: Plan) -> Pulled:
    """Ask the connections what the plan says, side by side, and record the answers.

    One connection's failure never hides the others' answers: it becomes a fault.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    pulled = Pulled()
    if not plan.errands:
        return pulled
    each = _Pull(job, run, plan, bookmarks(job.store, job.workspace))
    work = [beside(partial(_run, each, errand), errand.connection) for errand in plan.errands]
    try:
        for ended in wait(work, return_when=FIRST_EXCEPTION).done:
            ended.result()
    except BaseException as error:
        # The others stop before their next request. At Ctrl-C a source that stalls is not waited for.
        each.stop.set()
        wait(work, timeout=GRACE if isinstance(error, KeyboardInterrupt) else None)
        raise
    each.done()
    for errand, one in zip(plan.errands, work, strict=True):
        calls, faults = one.result()
        pulled.calls[errand.connection] = calls
        pulled.faults += faults
    return pulled


class _Pull:
    """What the connections of a pull share."""

    def __init__(self, job: Job, run: Run, plan: Plan, places: dict[str, str]) -> None:
        self.job = job
        self.run = run
        self.known = plan.known
        self.bookmarks = places
        self.stop = Event()
        self._lock = Lock()
        self._done = 0
        self._total = sum(len(errand.steps) for errand in plan.errands)

    def begin(self, title: str) -> None:
        """A step begins."""
        with self._lock:
            self.job.edges.listen(Progress("pull", self._done, self._total, title))

    def end(self, more: int) -> None:
        """A step is done; `more` came instead of it."""
        with self._lock:
            self._done += 1
            self._total += more

    def done(self) -> None:
        """Nothing is left."""
        self.job.edges.listen(Progress("pull", self._done, self._done))


def _run(each: _Pull, errand: Errand) -> tuple[int, list[Fault]]:
    """The requests that it took, and what went wrong."""
    faults: list[Fault] = []
    calls = 0
    if errand.trouble:
        return 0, [Fault.of(errand.connection, Permanent(errand.trouble))]
    job = each.job
    try:
        with opened(job.company, errand.connection, job.folder, job.edges, each.stop) as connection:
            try:
                _Conversation(each, errand, connection, faults).run()
            finally:
                calls = connection.session.calls
    except ConnectorError as error:
        faults.append(Fault.of(errand.connection, error))
    except AccountChanged as error:
        faults.append(Fault.of(errand.connection, Permanent(str(error))))
    except Stopped:
        # Whoever set the flag tells why.
        pass
    return calls, faults


class _Conversation:
    """The steps of one connection, one after the other."""

    def __init__(
        self, each: _Pull, errand: Errand, connection: Opened, faults: list[Fault]
    ) -> None:
        self._each = each
        self._errand = errand
        self._connection = connection
        self._faults = faults
        self._stranger: ConnectorError | None = None
        """Why the other side is not who it should be."""

    def run(self) -> None:
        """Execute the steps; no transaction is open meanwhile.

        Raises:
            ConnectorError: The other side is not who it should be.
        """
        if not self._connection.options.ANSWERS_IDENTIFY:
            self._confirm()
        steps = deque(self._errand.steps)
        refused: set[str] = set()
        while steps:
            step = steps.popleft()
            apart: list[Step] = []
            if not refused.issuperset(ask.fingerprint for ask in step.serves):
                self._each.begin(f"{self._connection.name}: {step.title}")
                try:
                    self._execute(step)
                except (CredentialsError, RetryLater, RetrySoon) as error:
                    # The whole connection is down, closed or spent: what follows would fail alike.
                    self._tell(error)
                    return
                except ConnectorError as error:
                    if error is self._stranger:
                        self._tell(error)
                        return
                    if len(step.serves) > 1:
                        # A refused question must not take along those that shared its request.
                        apart = self._connection.apart(step)
                    else:
                        refused |= {ask.fingerprint for ask in step.serves}
                        self._tell(error)
            steps.extendleft(reversed(apart))
            self._each.end(len(apart))

    def _execute(self, step: Step) -> None:
        """Each part is recorded in its own short transaction."""
        each, job = self._each, self._each.job
        key = step_key(self._errand, step)
        place = each.bookmarks.get(key)
        marked = place is not None
        for part in self._parts(replace(step, bookmark=place) if marked else step):
            zone = self._zone
            if isinstance(part, Bookmark):
                set_bookmark(job.store, job.lease, key, part.place)
                marked = True
            else:
                record_step(job.store, each.run, job.lease, self._news(step, part), zone)
            # Who was given up at Ctrl-C records what it has, and takes nothing back.
            if not each.stop.is_set():
                job.keep_lease()
        if marked:
            forget_bookmark(job.store, job.lease, key)

    def _parts(self, step: Step) -> Iterator[Part]:
        """What the step finds out; a bug in a connector is that connection's trouble alone."""
        try:
            yield from self._connection.session.run(step)
        except Permanent:
            # Of a wrong account anything may be refused: that it is the wrong one explains more.
            self._confirm()
            raise
        except ConnectorError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            raise self._broke(error, step.title) from None

    def _broke(self, error: Exception, on: str) -> Permanent:
        # Its own text may quote a body or a secret: kind and place are enough to find it.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return Permanent(
            f"the connector {self._connection.connector.name} broke at {where}"
            f" ({type(error).__name__}) on: {on}",
            remedy="report it to the connector's makers: it is a bug",
        )

    def _confirm(self) -> None:
        """Make sure who the other side is, once."""
        _ = self._zone

    @cached_property
    def _zone(self) -> ZoneInfo:
        """Where the days asked for end: of a source that cuts them itself, in its own zone.

        Known when it has shown who it is, before anything is recorded.
        """
        job, connection = self._each.job, self._connection
        try:
            identity = connection.session.identity()
            refuse_strangers(job.company, connection, identity)
        except ConnectorError as error:
            self._stranger = error
            raise
        except Exception as error:  # noqa: BLE001 - as of a step
            self._stranger = self._broke(error, "who it is")
            raise self._stranger from None
        confirm_account(job.store, job.workspace, connection.name, identity.account)
        if connection.options.days == "source" and identity.zone:
            return ZoneInfo(identity.zone)
        return job.company.workspace.zone

    def _news(self, step: Step, found: Sequence[Observation]) -> list[Observation]:
        """The answers worth a record: a source's every one, a file's where it says something new."""
        free = {ask.fingerprint for ask in step.serves if ask.query.FREE}

        def is_news(answer: Observation) -> bool:
            known = self._each.known.get((answer.fingerprint, answer.window))
            return known is None or known.provisional is not None or known.value != answer.value

        return [a for a in found if a.fingerprint not in free or is_news(a)]

    def _tell(self, error: ConnectorError) -> None:
        self._faults.append(Fault.of(self._connection.name, error))
