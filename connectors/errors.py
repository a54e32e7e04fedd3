"""What can go wrong with a source, by what the caller does next.

    ConnectorError
    ├── RetrySoon          ask again after seconds: a reset, a stall, a 5xx, a short burst limit
    ├── RetryLater         not in this run: a daily or hourly quota, a migration
    └── Permanent          asking again is useless until somebody changes something
        ├── CredentialsError   token or key missing, wrong, expired
        ├── ScopeError         the token may not read this
        └── QueryError         the question itself is refused, or its answer makes no sense

Every message says what happened, where, and what to do. None carries a secret.
"""


class ConnectorError(Exception):
    """A source did not answer a question. `remedy` says what a person can do about it."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class RetrySoon(ConnectorError):  # noqa: N818 - named by what the caller does
    """Ask again in `after` seconds (None: the caller's own back-off)."""

    def __init__(self, message: str, *, remedy: str = "", after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.after = after


class RetryLater(ConnectorError):  # noqa: N818 - named by what the caller does
    """The next scheduled run may ask again; this one must not."""


class Permanent(ConnectorError):  # noqa: N818 - named by what the caller does
    """Asking again gives the same until the config, the account or the rights change."""


class CredentialsError(Permanent):
    """The credentials are missing, wrong or expired."""


class ScopeError(Permanent):
    """The credentials are fine but may not read this."""


class QueryError(Permanent):
    """The source refuses the question, or gave an answer that cannot be one."""
