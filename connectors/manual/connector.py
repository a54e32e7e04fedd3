"""Answers from people's own records, with the rows behind each answer."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from connectors.contract import Ask, Connection, Finding, Identity, Step, Written, failed
from connectors.errors import ConnectorError
from connectors.manual.client import Entry, Record, read_check_ins, read_ledger
from connectors.manual.plan import FileStep, file_of, plan
from connectors.manual.query import (
    ACCOUNT,
    QUERY,
    CheckIns,
    Ledger,
    ManualOptions,
    Milestone,
    Override,
)
from okrmodel.definitions.query import ConnectionOptions, Query
from okrmodel.exact import exactly
from okrmodel.observations import Evidence, Observation
from okrmodel.windows import Window

Reading = tuple[Decimal | None, Sequence[Entry]]
"""A value and the entries that it comes from."""


class ManualSession:
    """Reads each file once."""

    calls = 0
    """Nothing is sent anywhere."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._records: dict[tuple[str, str], Record] = {}
        """By file and column; check-ins have none."""

    def identity(self) -> Identity:
        """The workspace's own folder; days are the dates that people write."""
        return Identity(account=ACCOUNT, zone=None, title=self._connection.root.name)

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Read each file that is asked of."""
        for file, ask in sorted({file_of(ask): ask for ask in asks}.items()):
            try:
                record = self._read(ask)
            except ConnectorError as error:
                written = (Written(a.fingerprint) for a in asks if file_of(a) == file)
                yield failed(file, error, "refused", *written)
            else:
                yield Finding(ok=True, subject=file, message=f"{len(record.entries)} entries")

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        """Answer every ask of a file, in one part.

        Raises:
            QueryError: The file is missing or a line of it is wrong.
        """
        if not isinstance(step, FileStep):
            raise TypeError(f"not a step of the manual connector: {step.title}")
        yield [found for ask in step.serves for found in self._answer(ask)]

    def close(self) -> None:
        """Forget what was read."""
        self._records.clear()

    def _answer(self, ask: Ask) -> Iterator[Observation]:
        record = self._read(ask)
        about = _about(ask.query, record)
        for window in ask.windows:
            value, entries = _reading(ask.query, about, window)
            yield Observation(
                fingerprint=ask.fingerprint,
                window=window,
                value=value,
                observed_at=self._connection.now(),
                settles=timedelta(),
                evidence=_evidence(ask, record, entries),
            )

    def _read(self, ask: Ask) -> Record:
        file, root, query = file_of(ask), self._connection.root, ask.query
        column = query.column if isinstance(query, Ledger) else ""
        if (file, column) not in self._records:
            self._records[file, column] = (
                read_ledger(root, file, column) if column else read_check_ins(root, file)
            )
        return self._records[file, column]


def _about(query: Query, record: Record) -> Sequence[Entry]:
    """The entries of a record that a question is about."""
    match query:
        case CheckIns(check_ins=key_result) | Override(override=key_result):
            return [e for e in record.entries if e.key_result == key_result and e.value is not None]
        case Milestone(milestone=milestone):
            return [e for e in record.entries if f"{e.key_result}/{e.milestone}" == milestone]
        case _:
            return record.entries


@exactly
def _reading(query: Query, entries: Sequence[Entry], window: Window) -> Reading:
    """What the entries about a question say about a window."""
    until = [entry for entry in entries if entry.date < window.end]
    match query:
        case Ledger(values="daily"):
            if not until or window.start < entries[0].date or window.last_day > entries[-1].date:
                return None, ()
            inside = [entry for entry in until if entry.date >= window.start]
            return _sum(inside), inside
        case Milestone():
            return Decimal(bool(until)), until[:1]
        case Override():
            holding = [e for e in until[-1:] if window.last_day <= (e.until or e.date)]
            return (holding[0].value if holding else None), holding
        case CheckIns(values="increment"):
            return (_sum(until) if until else None), until
        case _:
            return (until[-1].value if until else None), until[-1:]


def _sum(entries: Sequence[Entry]) -> Decimal:
    return sum((entry.value for entry in entries if entry.value is not None), Decimal())


def _evidence(ask: Ask, record: Record, entries: Sequence[Entry]) -> Evidence:
    query = json.dumps(ask.query.canonical(), sort_keys=True, ensure_ascii=False)
    return Evidence(
        queries=(query,),
        digests=(record.digest,),
        records=len(entries),
        resolved=record.name,
        notes=tuple(_told(record.name, entry) for entry in entries),
    )


def _told(file: str, entry: Entry) -> str:
    until = f" until {entry.until.isoformat()}" if entry.until else ""
    by = f" by {entry.author}" if entry.author else ""
    note = f": {entry.note}" if entry.note else ""
    return f"{file}:{entry.line}: {entry.date.isoformat()}{until}{by}{note}"


@dataclass(frozen=True)
class ManualConnector:
    """The registered connector."""

    name: str = "manual"
    options: type[ConnectionOptions] = ManualOptions
    query: TypeAdapter[Any] = QUERY

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:  # noqa: ARG002 - the contract's
        """One step per file, no requests."""
        return plan(asks)

    def connect(self, connection: Connection) -> ManualSession:
        """Open a session; reads nothing yet."""
        return ManualSession(connection)


CONNECTOR = ManualConnector()
"""Registered under the entry-point group okr.connectors."""
