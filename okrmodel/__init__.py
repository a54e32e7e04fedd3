"""The pure middle: definitions, calendar, metric algebra, progress, status.

No clock, no network, no SQL and no Prefect in here; the one exception is the room `store`,
which stands on top of everything else.
"""
