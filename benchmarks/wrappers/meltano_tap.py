"""MeltanoLabs' tap-hubspot: trusts the proxy's authority; of its streams only contacts is discovered.

Left to itself it also asks for the properties of thirteen other objects, which the pretend HubSpot
does not have.
"""

import trusting  # noqa: F401, I001 - before any session is made

from tap_hubspot.streams import ContactStream
from tap_hubspot.tap import TapHubspot

TapHubspot.discover_streams = lambda tap: [ContactStream(tap)]
TapHubspot.cli()
