"""What can be wrong with the answers of a property, to be set by a test or a demo.

Set `service.quality = Quality(...)`; what it says shows in every later report's metadata and,
where GA4 leaves something out, in its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sandbox.ga4.dates import DateRange, date_of, day_of
from sandbox.ga4.messages import Message, ResponseMetaData
from sandbox.ga4.metrics import Metric

BlockedReason = Literal["NO_REVENUE_METRICS", "NO_COST_METRICS"]

_RESTRICTED = {"NO_REVENUE_METRICS": "REVENUE_DATA", "NO_COST_METRICS": "COST_DATA"}


@dataclass(frozen=True)
class Truncation:
    """Sessions of the days before `before` are left out of every report that asks for them."""

    before: date
    type: str = "DATA_TRUNCATION_TYPE_PROPERTY"
    message: str = "Data before the property's retention date is truncated."


@dataclass(frozen=True)
class Quality:
    """The flags of ResponseMetaData and the metrics that these credentials may not see."""

    subject_to_thresholding: bool = False
    withheld_below: int = 0
    """Rows with fewer users than this are withheld; the report says it is thresholded."""
    samples_read: int = 0
    """Events read of `sampling_space`, one entry a date range; 0 is not sampled."""
    sampling_space: int = 0
    data_loss_from_other_row: bool = False
    truncation: Truncation | None = None
    empty_reason: str = ""
    blocked: Mapping[str, BlockedReason] = field(default_factory=dict)
    """Metrics by name that answer zeros; a metric filter on one is refused."""

    def first_kept(self) -> int:
        """The first day whose sessions are still there."""
        return day_of(self.truncation.before) if self.truncation else day_of(date.min)

    def describe(
        self, metadata: Message, ranges: tuple[DateRange, ...], metrics: tuple[Metric, ...]
    ) -> None:
        """Write what applies to a report over these ranges and metrics into its metadata."""
        if self.data_loss_from_other_row:
            metadata.data_loss_from_other_row = True
        if self.subject_to_thresholding or self.withheld_below:
            metadata.subject_to_thresholding = True
        if self.empty_reason:
            metadata.empty_reason = self.empty_reason
        for _ in ranges if self.samples_read else ():
            metadata.sampling_metadatas.add(
                samples_read_count=self.samples_read, sampling_space_size=self.sampling_space
            )
        self._describe_truncation(metadata, ranges)
        for name in (metric.name for metric in metrics):
            if name in self.blocked:
                metadata.schema_restriction_response.active_metric_restrictions.add(
                    metric_name=name,
                    restricted_metric_types=[_RESTRICTED[self.blocked[name]]],
                )

    def _describe_truncation(self, metadata: Message, ranges: tuple[DateRange, ...]) -> None:
        cut = [each for each in ranges if each.first < self.first_kept()]
        if self.truncation is None or not cut:
            return
        types = ResponseMetaData.DataTruncationReason.DataTruncationType
        reason = metadata.data_truncation_reasons.add(
            data_truncation_type=types.Value(self.truncation.type),
            data_truncation_message=self.truncation.message,
            data_truncation_date=self.truncation.before.isoformat(),
        )
        for each in cut:
            last = min(each.last, self.first_kept() - 1)
            reason.data_truncation_date_ranges.add(
                start_date=date_of(each.first).isoformat(), end_date=date_of(last).isoformat()
            )
