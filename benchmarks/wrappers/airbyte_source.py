"""Airbyte's source-hubspot: trusts the proxy's authority."""

import os

import requests
from source_hubspot.run import run

begin = requests.Session.__init__


def trusting(session):  # noqa: ANN001, ANN201 - a peer's Python has no say in our types
    begin(session)
    session.verify = os.environ["SSL_CERT_FILE"]


requests.Session.__init__ = trusting
run()
