"""MeltanoLabs' tap-hubspot: trusts the proxy's authority; of its streams only contacts is discovered.

Left to itself it also asks for the properties of thirteen other objects, which the pretend HubSpot
does not have.
"""

import os

import requests
from tap_hubspot.streams import ContactStream
from tap_hubspot.tap import TapHubspot

begin = requests.Session.__init__


def trusting(session):  # noqa: ANN001, ANN201 - a peer's Python has no say in our types
    begin(session)
    session.verify = os.environ["SSL_CERT_FILE"]


requests.Session.__init__ = trusting
TapHubspot.discover_streams = lambda tap: [ContactStream(tap)]
TapHubspot.cli()
