"""HubSpot: contacts, companies, deals and marketing emails.

Importing this package loads no SDK; connecting does.
"""

from connectors.hubspot.connector import HubSpotConnector

CONNECTOR = HubSpotConnector()
