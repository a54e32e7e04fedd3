"""What the store refuses, by what the caller does next.

StoreError
├── StoreUnreachable   the address is wrong or the server is down: a person looks
├── StoreIsNewer       upgrade okrsync
├── LeaseHeld          another run works on the workspace: come back later
├── LeaseLost          another run has taken over: stop, nothing was written
├── Purged             the workspace left, and its rows were deleted: its id is nobody's any more
└── AccountChanged     the connection answers for somebody else: a person decides
"""


class StoreError(Exception):
    """The store did not do what it was asked; nothing was changed."""


class StoreUnreachable(StoreError):  # noqa: N818 - named by what happened
    """The store cannot be opened."""


class StoreIsNewer(StoreError):  # noqa: N818 - named by what happened
    """The store was written by a newer version of okrsync, whose words this one cannot read."""


class LeaseHeld(StoreError):  # noqa: N818 - named by what happened
    """Another run holds the workspace's lease."""


class LeaseLost(StoreError):  # noqa: N818 - named by what happened
    """The workspace's lease has passed to another run since; this one must not write."""


class Purged(StoreError):  # noqa: N818 - named by what happened
    """The workspace left, and everything remembered of it was deleted."""


class AccountChanged(StoreError):  # noqa: N818 - named by what happened
    """A connection answers for another account than the one that is pinned."""
