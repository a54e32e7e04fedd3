"""Answers from people's own records, with the rows behind each answer."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from connectors.contract import Ask, Connection, Finding, Identity, Step
from connectors.errors import ConnectorError
from connectors.manual.client import CheckIn, Entry, Record, read_check_ins, read_ledger
from connectors.manual.plan import FileStep, file_of, plan
from connectors.manual.query import (
    ACCOUNT,
    QUERY,
    CheckIns,
    Ledger,
    ManualOptions,
    Milestone,
)
from okrmodel.definitions.query import ConnectionOptions, Query
from okrmodel.observations import Evidence, Observation
from okrmodel.windows import Window

Rows = Sequence[CheckIn] | Sequence[Entry]
Reading = tuple[Decimal | None, Rows]
"""A value and the rows that it comes from."""


class ManualSession:
    """Reads each file once."""

    calls = 0
    """Nothing is sent anywhere."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._check_ins: dict[str, Record[CheckIn]] = {}
        self._ledgers: dict[tuple[str, str], Record[Entry]] = {}

    def identity(self) -> Identity:
        """The workspace's own folder; days are the dates that people write."""
        return Identity(account=ACCOUNT, zone=None, title=self._connection.root.name)

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Read each file that is asked of."""
        for file, ask in sorted({file_of(ask): ask for ask in asks}.items()):
            try:
                rows = self._read(ask)
            except ConnectorError as error:
                yield Finding(ok=False, subject=file, message=str(error), remedy=error.remedy)
            else:
                yield Finding(ok=True, subject=file, message=f"{len(rows.rows)} rows")

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
        self._check_ins.clear()
        self._ledgers.clear()

    def _answer(self, ask: Ask) -> Iterator[Observation]:
        record = self._read(ask)
        about = _rows_about(ask.query, record)
        for window in ask.windows:
            value, rows = _reading(ask.query, about, window)
            yield Observation(
                fingerprint=ask.fingerprint,
                window=window,
                value=value,
                observed_at=self._connection.now(),
                settles=timedelta(),
                evidence=_evidence(ask, record, rows),
            )

    def _read(self, ask: Ask) -> Record[CheckIn] | Record[Entry]:
        file, root, query = file_of(ask), self._connection.root, ask.query
        if isinstance(query, Ledger):
            key = (file, query.column)
            if key not in self._ledgers:
                self._ledgers[key] = read_ledger(root, file, query.column)
            return self._ledgers[key]
        if file not in self._check_ins:
            self._check_ins[file] = read_check_ins(root, file)
        return self._check_ins[file]


def _rows_about(query: Query, record: Record[Any]) -> Sequence[Any]:
    """The rows of a record that a question is about."""
    match query:
        case CheckIns(check_ins=key_result):
            return [r for r in record.rows if r.key_result == key_result and r.value is not None]
        case Milestone(milestone=milestone):
            return [r for r in record.rows if f"{r.key_result}/{r.milestone}" == milestone]
        case _:
            return record.rows


def _reading(query: Query, rows: Sequence[Any], window: Window) -> Reading:
    """What a question's rows say about a window."""
    until = [row for row in rows if row.date < window.end]
    match query:
        case Ledger(values="daily"):
            if not until or window.start < rows[0].date or window.last_day > rows[-1].date:
                return None, ()
            inside = [row for row in until if row.date >= window.start]
            return sum((row.value for row in inside), Decimal()), inside
        case Milestone():
            return Decimal(bool(until)), until[:1]
        case CheckIns(values="increment"):
            return (sum(row.value for row in until) if until else None), until
        case _:
            return (until[-1].value if until else None), until[-1:]


def _evidence(ask: Ask, record: Record[Any], rows: Rows) -> Evidence:
    query = json.dumps(ask.query.canonical(), sort_keys=True, ensure_ascii=False)
    return Evidence(
        queries=(query,),
        digests=(record.digest,),
        records=len(rows),
        resolved=record.name,
        notes=tuple(_told(record.name, row) for row in rows),
    )


def _told(file: str, row: CheckIn | Entry) -> str:
    by = f" by {row.author}" if isinstance(row, CheckIn) and row.author else ""
    return f"{file}:{row.line}: {row.date.isoformat()}{by}"


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
