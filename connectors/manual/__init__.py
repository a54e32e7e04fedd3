"""What people write down: check-ins, milestones and ledgers in the workspace's own folder."""

from connectors.manual.connector import CONNECTOR
from connectors.manual.query import ManualOptions

__all__ = ["CONNECTOR", "ManualOptions"]
