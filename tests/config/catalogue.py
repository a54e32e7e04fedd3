"""The connectors that the configs in here are written for."""

from connectors import ga4, hubspot, manual
from okrmodel.definitions.query import Catalogue

CONNECTORS: Catalogue = {
    connector.name: connector for connector in (hubspot.CONNECTOR, ga4.CONNECTOR, manual.CONNECTOR)
}
