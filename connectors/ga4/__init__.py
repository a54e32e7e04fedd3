"""Google Analytics 4, through the Data API (v1beta)."""

from connectors.ga4.connector import CONNECTOR
from connectors.ga4.query import Condition, Ga4Options, Ga4Query

__all__ = ["CONNECTOR", "Condition", "Ga4Options", "Ga4Query"]
