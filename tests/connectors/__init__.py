"""The connectors, against pretend servers and files of their own."""
