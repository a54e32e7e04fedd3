"""The order of the steps: one plain function per job, and the thin Prefect flows around them.

Settings, secrets and the composition root live here, too. No arithmetic, no HTTP, no SQL.
"""
