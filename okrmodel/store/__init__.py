"""What is remembered: tables, migrations, and the questions asked of them.

Open a `Store`, then ask the modules by subject: `runs`, `leases`, `accounts`, `definitions`,
`observations`, `snapshots`, `publications`, `board`. Every question of the past takes `known_at`, the
instant as of whose knowledge it is answered; None is "all that is known now".
"""

from okrmodel.store.store import Lease, Recording, Store

__all__ = ["Lease", "Recording", "Store"]
