"""Runs in meltano-tap-hubspot's own environment: its address cannot be set.

python run_meltano.py ADDRESS
"""

import os
import sys

import requests
from tap_hubspot import streams
from tap_hubspot.tap import TapHubspot

_send = requests.Session.send


def _elsewhere(session, request, **more):
    request.url = request.url.replace("https://api.hubapi.com", sys.argv[1])
    return _send(session, request, **more)


requests.Session.send = _elsewhere
# The other objects' properties it would ask for, too, before it begins: 13 requests.
TapHubspot.discover_streams = lambda tap: [streams.ContactStream(tap)]
TapHubspot(config={"access_token": os.environ["TAP_TOKEN"]}).sync_all()
