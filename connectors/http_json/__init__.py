"""Any HTTP service that answers in JSON."""

from connectors.http_json.connector import CONNECTOR
from connectors.http_json.query import HttpJsonOptions, HttpJsonQuery

__all__ = ["CONNECTOR", "HttpJsonOptions", "HttpJsonQuery"]
