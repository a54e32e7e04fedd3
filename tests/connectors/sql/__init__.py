"""The sql connector, on SQLite and on PostgreSQL."""
