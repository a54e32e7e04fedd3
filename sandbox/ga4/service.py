"""The service behind both transports: one property, its quota, the methods."""

import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.ga4.compatibility import check
from sandbox.ga4.errors import ApiError, forbidden, invalid, not_numeric
from sandbox.ga4.fields import find_dimension, find_metric
from sandbox.ga4.filters import leaves
from sandbox.ga4.messages import BatchRunReportsResponse, Message
from sandbox.ga4.metadata import compatibilities, describe_fields
from sandbox.ga4.quality import Quality
from sandbox.ga4.query import Query, read_query
from sandbox.ga4.quota import Quota, token_cost
from sandbox.ga4.report import run_report
from sandbox.ga4.sessions import Visible, read_history

MAX_BATCH = 5
BATCH_KIND = "analyticsData#batchRunReports"
COMMON_METADATA = "properties/0/metadata"
"""The fields common to all properties; anyone may read them."""


class Ga4Service:
    """The GA4 Data API of one property. Safe to share between threads.

    Set `quality` to spoil the answers and `quota.limits` to shorten what callers may do.
    """

    def __init__(self, company: Company, clock: Clock, *, limits: bool = True) -> None:
        self.quality = Quality()
        self.quota = Quota(clock, enforced=limits)
        self._clock = clock
        self._property = f"properties/{company.property_id}"
        self._currency = company.currency
        self._zone = ZoneInfo(company.property_zone)
        self._history = read_history(company)
        self._lock = threading.Lock()
        self._visible: tuple[int, Visible] | None = None
        self._methods: dict[str, Callable[[Message], Message]] = {
            "RunReport": self._run_report,
            "BatchRunReports": self._batch_run_reports,
            "GetMetadata": self._get_metadata,
            "CheckCompatibility": self._check_compatibility,
        }

    def answer(self, method: str, request: Message) -> Message:
        """The response of one of `messages.REQUESTS`' methods.

        Raises:
            ApiError: What the service would refuse, in its words.
        """
        try:
            return self._methods[method](request)
        except ApiError as error:
            self.quota.failed(error.http)
            raise

    def _run_report(self, request: Message) -> Message:
        self._check_property(request.property)
        query = self._read(request)
        self.quota.check_tokens(thresholded=int(query.thresholded))
        return self._report(query)

    def _batch_run_reports(self, request: Message) -> Message:
        self._check_property(request.property)
        if not request.requests:
            raise invalid("The batchRunReportsRequest must contain at least one runReportRequest.")
        if len(request.requests) > MAX_BATCH:
            raise invalid(
                f"Batch requests are limited to {MAX_BATCH} requests.\n"
                f"  This batch request contains {len(request.requests)} requests."
            )
        for each in request.requests:
            if each.property not in {"", request.property}:
                # The rule is documented; the wording is not attested.
                raise invalid(f"Property {each.property} differs from the batch's property.")
        queries = [self._read(each) for each in request.requests]
        self.quota.check_tokens(thresholded=sum(each.thresholded for each in queries))
        return BatchRunReportsResponse(
            kind=BATCH_KIND, reports=[self._report(each) for each in queries]
        )

    def _get_metadata(self, request: Message) -> Message:
        if request.name == COMMON_METADATA:
            return describe_fields(request.name, Quality())
        self._check_property(request.name.removesuffix("/metadata"))
        self._charge_one_token()
        return describe_fields(request.name, self.quality)

    def _check_compatibility(self, request: Message) -> Message:
        self._check_property(request.property)
        names = [each.name for each in request.dimensions]
        names += [leaf.field_name for leaf in leaves(request.dimension_filter)]
        dimensions = [find_dimension(name) for name in names]
        names = [each.name for each in request.metrics]
        names += [leaf.field_name for leaf in leaves(request.metric_filter)]
        metrics = [find_metric(name) for name in names]
        check(dimensions, metrics)
        self._charge_one_token()
        return compatibilities(dimensions, metrics, request.compatibility_filter, self.quality)

    def _check_property(self, name: str) -> None:
        if name == self._property:
            return
        number = name.removeprefix("properties/")
        raise forbidden() if number.isdecimal() else not_numeric(number)

    def _read(self, request: Message) -> Query:
        return read_query(request, self._clock.now(), self._zone, self.quality)

    def _report(self, query: Query) -> Message:
        tokens = token_cost(query)
        self.quota.spend(tokens, thresholded=query.thresholded)
        response = run_report(
            query, self._seen(), self.quality, currency=self._currency, zone=self._zone.key
        )
        if query.asked.return_property_quota:
            self.quota.write(response.property_quota, tokens, thresholded=query.thresholded)
        return response

    def _charge_one_token(self) -> None:
        """Metadata and compatibility are Core requests, too: they cost tokens (1 is a guess)."""
        self.quota.check_tokens()
        self.quota.spend(1)

    def _seen(self) -> Visible:
        """What has arrived by now, taken from the history once for each instant."""
        now_ms = self._clock.now_ms()
        with self._lock:
            if self._visible is None or self._visible[0] != now_ms:
                self._visible = (now_ms, self._history.visible(now_ms))
            return self._visible[1]
