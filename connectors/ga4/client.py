"""Speaks to the Data API through Google's own client, over gRPC or REST.

Google's client retries nothing by itself; asking again is the connection's business.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import google.auth
import grpc
from google.analytics.data_v1beta import BetaAnalyticsDataClient, types
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
)
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError
from google.oauth2 import service_account
from google.protobuf.json_format import MessageToDict

from connectors.addresses import is_loopback
from connectors.contract import Connection
from connectors.errors import ConnectorError, CredentialsError, QueryError, RetryLater
from connectors.ga4.failures import EXPECTED, explain
from connectors.ga4.plan import Report, tokens
from connectors.ga4.query import Ga4Options
from connectors.ga4.quotas import GOOGLES_NAMES, at_once, ends
from connectors.ga4.reading import Table
from connectors.ga4.requests import request_of, values_of
from okrmodel.windows import Window

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
MOST_SERVER_ERRORS = 5
"""Half of the 500s and 503s that Google allows a project and property in an hour: the others are
left to whoever else asks (https://developers.google.com/analytics/devguides/reporting/data/v1/quotas)."""

Answer = TypeVar("Answer")


class Ga4Client:
    """One property. Sends nothing, and looks for no credentials, before the first question."""

    def __init__(self, connection: Connection, options: Ga4Options) -> None:
        self._connection = connection
        self._options = options
        self._account = options.account
        self._budget = connection.budget
        self._server_errors = 0
        self._opened: Any = None
        self.calls = 0
        self.quota: dict[str, int] = {}
        """What the property's quotas had left after the last answer, by Google's names."""
        self.described: Any = None
        """The metadata (ResponseMetaData) of the first report that was answered."""

    @property
    def sandbox(self) -> bool:
        """Whether the endpoint is this machine: Google is never there."""
        return is_loopback((self._options.endpoint or "").partition(":")[0])

    def tables(self, reports: Sequence[Report]) -> list[Table]:
        """The answers to up to five reports, each read to its last row.

        Raises:
            ConnectorError: What Google refused, or an answer that does not fit the question.
        """
        requests = [request_of(report) for report in reports]
        self._spend(sum(map(tokens, reports)))
        answers = self._batch(requests)
        return [self._whole(report, a) for report, a in zip(reports, answers, strict=True)]

    def describe_property(self) -> Any:
        """The metadata of the smallest report there is: zone and currency."""
        request = types.RunReportRequest(
            metrics=[types.Metric(name="activeUsers")],
            date_ranges=[types.DateRange(start_date="yesterday", end_date="yesterday")],
            return_property_quota=True,
        )
        self._spend(1)
        answer = self._batch([request])[0]
        if not answer.metadata.time_zone:
            raise self._unfit("the answer names no time zone")
        return answer.metadata

    def fields(self) -> Any:
        """The dimensions and metrics that the property knows (Metadata)."""
        name = f"properties/{self._options.property_id}/metadata"
        ask = types.GetMetadataRequest(name=name)
        self._spend(1)
        return self._send(
            lambda google: types.Metadata.pb(
                google.get_metadata(ask, timeout=self._options.timeout)
            )
        )

    def check(self, metric: str, dimensions: Sequence[str]) -> None:
        """Whether a metric may stand in one report with these dimensions.

        Raises:
            QueryError: It may not; Google says what is in the way.
        """
        ask = types.CheckCompatibilityRequest(
            property=f"properties/{self._options.property_id}",
            metrics=[types.Metric(name=metric)],
            dimensions=[types.Dimension(name=name) for name in dimensions],
            # What else would not fit is the shorter of the two lists that can be had.
            compatibility_filter=types.Compatibility.INCOMPATIBLE,
        )
        self._spend(1)
        self._send(lambda google: google.check_compatibility(ask, timeout=self._options.timeout))

    def seen(self, fields: Sequence[tuple[str, str]], window: Window) -> list[set[str] | None]:
        """The values that some dimensions had in a window; None of one that had too many to tell.

        Args:
            fields: Each dimension, with a metric that goes together with it; five at most.
            window: The property's dates.

        Raises:
            ConnectorError: What Google refused.
        """
        requests = [values_of(dimension, metric, window) for dimension, metric in fields]
        self._spend(len(requests))
        return [
            None
            if answer.row_count > len(answer.rows)
            else {row.dimension_values[0].value for row in answer.rows}
            for answer in self._batch(requests)
        ]

    def close(self) -> None:
        """Close the channel."""
        if self._opened is not None:
            self._opened.transport.close()
            self._opened = None

    def _whole(self, report: Report, answer: Any) -> Table:
        """An answer with its further pages, if its rows did not fit into one."""
        pages = [(request_of(report), answer)]
        read = len(answer.rows)
        # With several ranges row_count counts dimension tuples, not rows; those are never many.
        while report.by_date and read < answer.row_count:
            request = request_of(report, offset=read)
            self._spend(tokens(report))
            page = self._batch([request])[0]
            if not page.rows:
                raise self._unfit(
                    f"the answer to {report} ends after {read} of {answer.row_count} rows"
                )
            pages.append((request, page))
            read += len(page.rows)
        self._check(report, answer)
        return Table(
            report=report,
            rows=[row for _, page in pages for row in page.rows],
            types=[header.type_ for header in answer.metric_headers],
            metadata=answer.metadata,
            requests=tuple(_canonical(request) for request, _ in pages),
            digests=tuple(_digest(page) for _, page in pages),
            totals=answer.totals,
        )

    def _check(self, report: Report, answer: Any) -> None:
        """Refuse what is no answer to the report, or does not say how far it can be trusted."""
        told = f"the answer to {report}"
        metrics = tuple(header.name for header in answer.metric_headers)
        dimensions = tuple(header.name for header in answer.dimension_headers)
        if (dimensions, metrics) != (report.dimensions, report.metrics):
            raise self._unfit(f"{told} has the columns {', '.join(dimensions + metrics)}")
        if not answer.metadata.time_zone:
            raise self._unfit(f"{told} names no time zone")
        if answer.row_count and not answer.rows:
            raise self._unfit(f"{told} has none of its {answer.row_count} rows")

    def _unfit(self, what: str) -> QueryError:
        return QueryError(
            f"GA4 property {self._options.property_id}: {what}",
            remedy="run it again; if it stays, report it",
        )

    def _batch(self, requests: Sequence[Any]) -> list[Any]:
        """The responses to report requests, as plain protobuf messages and in their order."""
        name = f"properties/{self._options.property_id}"
        batch = types.BatchRunReportsRequest(property=name, requests=requests)
        # Reading rows through proto-plus takes fifteen times as long as through protobuf.
        answer = self._send(
            lambda google: types.BatchRunReportsResponse.pb(
                google.batch_run_reports(batch, timeout=self._options.timeout)
            )
        )
        if len(answer.reports) != len(requests):
            raise self._unfit(f"{len(answer.reports)} answers to {len(requests)} reports")
        self._learn(_left(answer.reports[-1].property_quota))
        if self.described is None and answer.reports[0].metadata.time_zone:
            self.described = answer.reports[0].metadata
        return list(answer.reports)

    def _spend(self, cost: int) -> None:
        """Take tokens before a question is asked, however often it must be asked again.

        Raises:
            RetryLater: They are not there.
        """
        for quota, until in ends(self._connection.now()):
            self._budget.spend(self._account, quota, cost, until)

    def _learn(self, left: dict[str, int]) -> None:
        self.quota = left
        periods = dict(ends(self._connection.now()))
        for name, quota in GOOGLES_NAMES.items():
            if name in left:
                self._budget.learn(self._account, quota, left[name], None, periods[quota])

    def _send(self, ask: Callable[[BetaAnalyticsDataClient], Answer]) -> Answer:
        def once() -> Answer:
            if self._server_errors >= MOST_SERVER_ERRORS:
                raise RetryLater(
                    f"GA4 property {self._options.property_id}: {MOST_SERVER_ERRORS} server errors",
                    remedy="wait: after ten in an hour Google shuts the project out",
                )
            google = self._google()
            with self._budget.under_way(self._account, at_once(self._options.timeout)):
                self.calls += 1
                try:
                    return ask(google)
                except EXPECTED as error:
                    self._server_errors += getattr(error, "code", None) in {500, 503}
                    raise self._explained(error) from None

        return self._connection.retry(once)

    def _explained(self, error: Exception) -> ConnectorError:
        return explain(error, self._options.property_id, self._viewer)

    def _google(self) -> BetaAnalyticsDataClient:
        if self._opened is None:
            self._opened = self._local() if self.sandbox else self._real()
        return self._opened

    def _real(self) -> BetaAnalyticsDataClient:
        endpoint = self._options.endpoint
        return BetaAnalyticsDataClient(
            transport=self._options.transport,
            credentials=self._credentials,
            client_options={"api_endpoint": endpoint} if endpoint else None,
        )

    def _local(self) -> BetaAnalyticsDataClient:
        """A client for this machine: plain text, and therefore never with credentials."""
        endpoint = self._options.endpoint
        if self._options.transport == "rest":
            return BetaAnalyticsDataClient(
                transport="rest",
                credentials=AnonymousCredentials(),
                client_options={"api_endpoint": f"http://{endpoint}"},
            )
        channel = grpc.insecure_channel(
            endpoint,
            options=[
                # gRPC's own limit of 4 MiB reads as 429 RESOURCE_EXHAUSTED, like a quota.
                ("grpc.max_receive_message_length", -1),
                ("grpc.enable_http_proxy", 0),
            ],
        )
        return BetaAnalyticsDataClient(transport=BetaAnalyticsDataGrpcTransport(channel=channel))

    @cached_property
    def _key(self) -> dict[str, Any] | None:
        """The service account's key; None for application default credentials."""
        if self._options.credentials is None:
            return None
        try:
            key = json.loads(self._connection.secrets["credentials"].get_secret_value())
        except (ValueError, RecursionError):
            key = None
        if not isinstance(key, dict):
            # The parser's own error would carry the whole key with it.
            raise self._unusable(f"{self._options.credentials} is not JSON") from None
        return key

    @cached_property
    def _credentials(self) -> Any:
        try:
            if self._key is None:
                return google.auth.default(scopes=[SCOPE])[0]
            return service_account.Credentials.from_service_account_info(self._key, scopes=[SCOPE])
        except DefaultCredentialsError:
            where = self._options.credentials or "application default credentials"
            raise self._unusable(f"{where}: no usable credentials there") from None
        except ValueError:
            raise self._unusable(
                f"{self._options.credentials} is no service account's key"
            ) from None

    def _unusable(self, what: str) -> CredentialsError:
        return CredentialsError(
            f"connection {self._connection.name}: {what}",
            remedy="set `credentials` to a reference to the JSON key file of a service account",
        )

    @property
    def _viewer(self) -> str:
        """Whom to grant access; an address, not a secret."""
        if self.sandbox or not self._key:
            return "the account of the credentials"
        return str(self._key.get("client_email", "the service account"))


def _canonical(request: Any) -> str:
    return json.dumps(
        MessageToDict(types.RunReportRequest.pb(request)), sort_keys=True, ensure_ascii=False
    )


def _digest(answer: Any) -> str:
    """SHA-256 of an answer without its quota, which differs each time."""
    lasting = type(answer)()
    lasting.CopyFrom(answer)
    lasting.ClearField("property_quota")
    return hashlib.sha256(lasting.SerializeToString(deterministic=True)).hexdigest()


def _left(quota: Any) -> dict[str, int]:
    return {field.name: status.remaining for field, status in quota.ListFields()}
