"""Airbyte's source-hubspot: trusts the proxy's authority."""

import trusting  # noqa: F401, I001 - before any session is made

from source_hubspot.run import run

run()
