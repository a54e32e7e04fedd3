"""Asking a connection what a lint wants to know: its names once, and few values at one call each."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.contract import Ask, Connector, Finding, Step, Witness, Written, answers, failed
from connectors.errors import ConnectorError, QueryError
from flows.connections import Opened, opened, refuse_strangers
from flows.edges import Edges
from flows.live_memory import Answer, Memory
from flows.view import View
from okrmodel.definitions.company import Company
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.exact import canonical, sha256
from okrmodel.lint.live import last_days
from okrmodel.observations import Key
from okrmodel.resolution import Source
from okrmodel.windows import ONE_DAY, Window, day_of, in_order

MOST_CALLS = 1
"""What one value may cost."""


@dataclass
class Wanted:
    """What is to be found out from one connection."""

    metrics: dict[str, Source] = field(default_factory=dict)
    """Whose names are looked at, by fingerprint."""
    values: dict[Source, set[Window]] = field(default_factory=dict)
    """What they, or cheaper questions in their place, are worth over some windows."""
    behind: dict[str, str] = field(default_factory=dict)
    """The fingerprint of the metric that a cheaper question stands for."""

    def metric_of(self, mark: str) -> str:
        """The fingerprint of the metric that a question is asked for."""
        return self.behind.get(mark, mark)


@dataclass
class Said:
    """What one connection said."""

    findings: list[Finding] = field(default_factory=list)
    """Only what is wrong."""
    values: dict[Key, Answer] = field(default_factory=dict)
    calls: int = 0
    """Requests sent."""
    since: list[datetime] = field(default_factory=list)
    """When what was only remembered had been said."""


def is_cheap(connector: Connector, options: ConnectionOptions, ask: Ask) -> bool:
    """Whether a question's values cost one call at most, by what can be known beforehand."""
    if ask.query.presence() != ask.query:
        # There is a cheaper form of it, since its own rows must be read.
        return False
    try:
        steps = connector.plan((ask,), options)
    except ConnectorError:
        return False
    unknown = any(way.calls is None for step in steps for way in step.candidates[:1])
    return not unknown and sum(step.expected for step in steps) <= MOST_CALLS


def ask(view: View, name: str, edges: Edges, wanted: Wanted, memory: Memory) -> Said:
    """Ask a connection what it was not asked within a day.

    It is opened, and its secrets are looked for, only where something is left to ask.
    """
    company = view.company
    asking = _Asking(company, name, wanted, memory)
    if not (asking.examines or asking.left):
        return asking.said
    try:
        with opened(company, name, view.folder, edges) as connection:
            try:
                asking.run(connection, day_of(edges.now(company.workspace), company.workspace.zone))
            finally:
                asking.said.calls = connection.session.calls
    except ConnectorError as error:
        asking.said.findings.append(failed("connection", error))
    return asking.said


class _Asking:
    """One connection's part: what is remembered, and what is left to ask."""

    def __init__(self, company: Company, name: str, wanted: Wanted, memory: Memory) -> None:
        self._company = company
        self._wanted = wanted
        self._memory = memory
        self.said = Said()
        self._examination = _examination(company, name, wanted)
        found = memory.findings(self._examination)
        self.examines = found is None
        if found is not None:
            self._learn(found)
            self.said.since.append(memory.since(self._examination))
        self.left = self._left()

    def run(self, connection: Opened, today: date) -> None:
        """Ask what is left.

        Raises:
            ConnectorError: The connection cannot be asked.
        """
        if self.examines and not self._examine(connection, today - ONE_DAY):
            return
        asks = [
            Ask(source.fingerprint, source.query, source.aggregation, in_order(windows))
            for source, windows in self.left.items()
        ]
        steps = deque(connection.connector.plan(asks, connection.options)) if asks else deque()
        while steps:
            steps.extendleft(reversed(self._execute(connection, steps.popleft())))

    def _examine(self, connection: Opened, last: date) -> bool:
        """Whether all is well with the connection, so that it may be asked more."""
        window = (Window.of_day(last),)
        asks = [
            Ask(source.fingerprint, source.query, source.aggregation, window)
            for source in self._wanted.metrics.values()
        ]
        findings = [one for one in connection.session.doctor(asks) if not one.ok]
        self._learn(findings)
        if any(finding.mistake is None for finding in findings):
            # Not remembered: it may be mended in a minute.
            return False
        refuse_strangers(self._company, connection, connection.session.identity())
        if isinstance(connection.session, Witness):
            wrong = _wrong(findings)
            right = [one for one in asks if one.fingerprint not in wrong]
            unseen = list(connection.session.unseen(right, last_days(last + ONE_DAY)))
            self._learn(unseen)
            findings += unseen
        if connection.session.calls:
            self._memory.keep_findings(self._examination, findings)
        self.left = self._left()
        return True

    def _execute(self, connection: Opened, step: Step) -> list[Step]:
        """Ask a step's questions; of one that is refused, the same without its neighbours."""
        free = {one.fingerprint for one in step.serves if one.query.FREE}
        try:
            for part in connection.session.run(step):
                for found in answers(part):
                    answer = Answer(found.value, found.observed_at)
                    self.said.values[found.fingerprint, found.window] = answer
                    if found.fingerprint not in free:
                        key = f"{found.fingerprint} {found.window}"
                        self._memory.keep_answer(key, answer)
        except QueryError as error:
            if len(step.serves) > 1:
                return connection.apart(step)
            mark = self._wanted.metric_of(step.serves[0].fingerprint)
            self.said.findings.append(failed("query", error, "refused", Written(mark)))
        return []

    def _left(self) -> dict[Source, set[Window]]:
        """What is not remembered, without the metrics that are wrong."""
        wrong = _wrong(self.said.findings)
        left: dict[Source, set[Window]] = {}
        for source, windows in self._wanted.values.items():
            mark = source.fingerprint
            for window in windows if self._wanted.metric_of(mark) not in wrong else ():
                key = f"{mark} {window}"
                if answer := self._memory.answer(key):
                    self.said.values[mark, window] = answer
                    self.said.since.append(self._memory.since(key))
                else:
                    left.setdefault(source, set()).add(window)
        return left

    def _learn(self, findings: Sequence[Finding]) -> None:
        # Two questions may use one name: it is told once.
        self.said.findings += dict.fromkeys(finding for finding in findings if not finding.ok)


def _wrong(findings: Sequence[Finding]) -> set[str]:
    """The questions that cannot be asked; one with an unseen value can."""
    mistaken = (finding for finding in findings if finding.mistake != "unseen-value")
    return {one.fingerprint for finding in mistaken for one in finding.written}


def _examination(company: Company, name: str, wanted: Wanted) -> str:
    """A digest of all that an examination depends on; secrets are there by reference only."""
    options = company.workspace.connections[name].model_dump(mode="json")
    return sha256(canonical([name, company.workspace.timezone, options, sorted(wanted.metrics)]))
