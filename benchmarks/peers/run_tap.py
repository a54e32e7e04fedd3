"""Runs in tap-hubspot's own environment: its address and its choice of fields cannot be set.

python run_tap.py ADDRESS PROPERTY …
"""

import os
import sys

import tap_hubspot as tap

tap.BASE_URL = sys.argv[1]
tap.CONFIG.update(api_key=os.environ["TAP_TOKEN"], start_date="2000-01-01T00:00:00Z")
wanted = {f"property_{name}" for name in sys.argv[2:]}
(contacts,) = (stream for stream in tap.STREAMS if stream.tap_stream_id == "contacts")
schema, metadata = tap.load_discovered_schema(contacts)
for entry in metadata:
    place = entry["breadcrumb"]
    entry["metadata"]["selected"] = not place or place[-1] in wanted
catalog = {
    "streams": [
        {"stream": "contacts", "tap_stream_id": "contacts", "schema": schema, "metadata": metadata}
    ]
}
tap.do_sync({}, catalog)
