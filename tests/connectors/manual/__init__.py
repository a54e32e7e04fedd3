"""People's own records."""
