"""Sessions with a GA4 property: who it is, whether all is well, what it answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from connectors.contract import (
    Ask,
    Connection,
    Finding,
    Identity,
    Session,
    Step,
    Written,
    failed,
)
from connectors.errors import ConnectorError, Permanent, QueryError
from connectors.ga4.doctor import name_findings, named, quota_findings, unseen_values
from connectors.ga4.plan import REPORTS_A_BATCH, BatchStep, Cell, cell_of, plan, query_of
from connectors.ga4.query import QUERY, SETTLES, Ga4Options
from connectors.ga4.reading import Reading, read
from okrmodel.chunks import chunks
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.observations import Observation
from okrmodel.windows import Window, day_of

if TYPE_CHECKING:
    from connectors.ga4.client import Ga4Client


class Ga4Session:
    """One property, asked by one thread."""

    def __init__(self, connection: Connection, client: "Ga4Client", options: Ga4Options) -> None:
        self._connection = connection
        self._client = client
        self._options = options

    @property
    def calls(self) -> int:
        """Requests sent so far, retries included."""
        return self._client.calls

    def identity(self) -> Identity:
        """The property and the zone in which it cuts days: what its first answer said.

        Where there is none yet, the smallest report is asked for; it costs one token.
        """
        return Identity(
            account=self._options.property_id,
            zone=self._described.time_zone,
            sandbox=self._client.sandbox,
            title=f"GA4 property {self._options.property_id}",
        )

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """The smallest report, then the names that the property knows: two calls.

        And one for each metric under conditions, since not all fields go together.
        """
        try:
            described, fields = self._described, self._client.fields()
        except ConnectorError as error:
            yield failed("property", error)
            return
        told = f"GA4 property {self._options.property_id} answers, in {described.currency_code}"
        yield Finding(ok=True, subject="property", message=told)
        yield self._zone_finding(described.time_zone)
        yield from quota_findings(self._client.quota)
        named = list(name_findings(asks, fields))
        yield from named
        wrong = {where.fingerprint for finding in named for where in finding.written}
        yield from self._fit_findings([ask for ask in asks if ask.fingerprint not in wrong])

    def unseen(self, asks: Sequence[Ask], window: Window) -> Iterator[Finding]:
        """Values that a dimension did not have: one call for five dimensions.

        Raises:
            ConnectorError: What Google refused.
        """
        fields: dict[str, str] = {}
        for ask in asks:
            query = query_of(ask)
            for name, condition in query.where.items():
                if named(condition):
                    fields.setdefault(name, query.metric)
        for some in chunks(sorted(fields.items()), REPORTS_A_BATCH):
            seen = self._client.seen(some, window)
            for (name, _), values in zip(some, seen, strict=True):
                # Nothing at all is another matter than a value that is missing among others.
                if values:
                    yield from unseen_values(name, values, asks, window)

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        """One batch of reports, read to the last row: one part.

        Raises:
            QueryError: The step's metric is declared a level.
            ConnectorError: What Google refused; nothing is half answered.
        """
        if not isinstance(step, BatchStep):
            raise TypeError(f"not a step of the ga4 connector: {step.title}")
        if not step.reports:
            raise QueryError(
                f"{step.title} is declared a level, and GA4 knows no state at an instant",
                remedy="declare it as sum or distinct",
            )
        if self._client.described is not None:
            # One answer tells for all: the next ones would cost calls and be refused alike.
            self._zone_of(self._client.described)
        tables = self._client.tables(step.reports)
        observed_at = self._connection.now()
        readings: dict[Cell, Reading] = {}
        for table in tables:
            zone = self._zone_of(table.metadata)
            for cell, reading in read(table, day_of(observed_at, zone)):
                readings.setdefault(cell, reading)
        yield [
            Observation(
                fingerprint=ask.fingerprint,
                window=window,
                value=(found := readings[cell_of(ask, window)]).value,
                observed_at=observed_at,
                settles=SETTLES,
                flags=found.flags,
                evidence=found.evidence,
            )
            for ask in step.serves
            for window in ask.windows
        ]

    def close(self) -> None:
        """Close the channel."""
        self._client.close()

    def _zone_of(self, metadata: Any) -> ZoneInfo:
        """Where the answer's days were cut.

        Raises:
            Permanent: Elsewhere than was agreed: somebody has changed the property's time zone.
        """
        found: str = metadata.time_zone
        agreed = self._connection.zone.key
        if self._options.days == "source":
            agreed = self._described.time_zone
        if found != agreed:
            raise Permanent(
                f"GA4 property {self._options.property_id} cut the days in {found}, not in {agreed}",
                remedy=f"say `days: source` in connection {self._connection.name}, or change the"
                " time zone of the property back",
            )
        return ZoneInfo(found)

    @property
    def _described(self) -> Any:
        return self._client.described or self._client.describe_property()

    def _fit_findings(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Whether each metric goes together with the dimensions of its conditions."""
        together: dict[tuple[str, tuple[str, ...]], list[Ask]] = {}
        for ask in asks:
            query = query_of(ask)
            if query.where:
                together.setdefault((query.metric, tuple(sorted(query.where))), []).append(ask)
        for (metric, dimensions), several in sorted(together.items(), key=lambda item: item[0]):
            subject = f"{metric} by {', '.join(dimensions)}"
            try:
                self._client.check(metric, dimensions)
            except QueryError as error:
                written = (Written(ask.fingerprint, ("metric",)) for ask in several)
                yield failed(subject, error, "incompatible", *written)
            except ConnectorError as error:
                yield failed(subject, error)
                return
            else:
                yield Finding(ok=True, subject=subject, message="go together")

    def _zone_finding(self, zone: str) -> Finding:
        ours = self._connection.zone.key
        if zone == ours:
            return Finding(ok=True, subject="time zone", message=f"days are cut in {zone}")
        if self._options.days == "source":
            told = f"days are the property's, cut in {zone}; the workspace's zone is {ours}"
            return Finding(ok=True, subject="time zone", message=told)
        return Finding(
            ok=False,
            subject="time zone",
            message=f"the property cuts its days in {zone}, the workspace in {ours}",
            remedy=f"say `days: source` in connection {self._connection.name}, or change the zone"
            " of one of them",
        )


@dataclass(frozen=True)
class Ga4Connector:
    """The registered connector."""

    name: str = "ga4"
    options: type[ConnectionOptions] = Ga4Options
    query: TypeAdapter[Any] = QUERY

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:  # noqa: ARG002 - the contract's
        """One step per batch of reports."""
        return plan(asks)

    def connect(self, connection: Connection) -> Session:
        """Open a session; loads Google's client, and sends nothing yet."""
        # Google's client takes a quarter of a second and 50 MB: only who asks pays.
        from connectors.ga4.client import Ga4Client  # noqa: PLC0415

        options = connection.options
        if not isinstance(options, Ga4Options):
            raise TypeError(f"not a ga4 connection: {connection.name}")
        return Ga4Session(connection, Ga4Client(connection, options), options)


CONNECTOR = Ga4Connector()
"""Registered under the entry-point group okr.connectors."""
