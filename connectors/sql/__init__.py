"""Any database that SQLAlchemy speaks to, read and never written."""

from connectors.sql.connector import CONNECTOR
from connectors.sql.query import SqlOptions, SqlQuery

__all__ = ["CONNECTOR", "SqlOptions", "SqlQuery"]
