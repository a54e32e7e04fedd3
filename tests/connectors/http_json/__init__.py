"""The http_json connector, against a small server of its own."""
