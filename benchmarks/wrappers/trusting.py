"""Imported first: from then on every session of requests trusts the proxy's authority."""

import os

import requests

_begin = requests.Session.__init__


def _trusting(session: requests.Session) -> None:
    _begin(session)
    session.verify = os.environ["SSL_CERT_FILE"]


requests.Session.__init__ = _trusting
