"""The wire's messages: the raw protobuf classes under the client library's wrappers.

The wrappers cost a tenth of a second per ten thousand rows; the raw classes are what both
transports send.
"""

from typing import Any, TypeAlias

from google.analytics.data_v1beta import types

Message: TypeAlias = Any
"""Any protobuf message: the generated classes carry no types that mypy could read."""

RunReportRequest: Message = types.RunReportRequest.pb()
RunReportResponse: Message = types.RunReportResponse.pb()
BatchRunReportsRequest: Message = types.BatchRunReportsRequest.pb()
BatchRunReportsResponse: Message = types.BatchRunReportsResponse.pb()
GetMetadataRequest: Message = types.GetMetadataRequest.pb()
Metadata: Message = types.Metadata.pb()
DimensionMetadata: Message = types.DimensionMetadata.pb()
MetricMetadata: Message = types.MetricMetadata.pb()
CheckCompatibilityRequest: Message = types.CheckCompatibilityRequest.pb()
CheckCompatibilityResponse: Message = types.CheckCompatibilityResponse.pb()
PropertyQuota: Message = types.PropertyQuota.pb()
ResponseMetaData: Message = types.ResponseMetaData.pb()

REQUESTS: dict[str, Message] = {
    "RunReport": RunReportRequest,
    "BatchRunReports": BatchRunReportsRequest,
    "GetMetadata": GetMetadataRequest,
    "CheckCompatibility": CheckCompatibilityRequest,
}
"""The request of each method that the sandbox models."""
