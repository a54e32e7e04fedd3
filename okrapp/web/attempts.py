"""How often somebody may guess: failed sign-ins, counted by name and by address."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

FREE = 5
"""Failures after which one has to wait."""
QUIET = 15 * 60.0
"""Seconds without a failure after which all is forgotten; nobody waits longer either."""
_FIRST_WAIT = 30.0
_MOST_REMEMBERED = 10_000
_NAMES, _ADDRESSES = 0, 1


@dataclass
class _Count:
    failures: int = 0
    last: float = 0.0

    @property
    def until(self) -> float:
        """When the next attempt may come."""
        over = self.failures - FREE
        # Beyond the sixth doubling a longer number says nothing new.
        return self.last + min(_FIRST_WAIT * 2 ** min(over, 6), QUIET) if over >= 0 else 0.0


class Attempts:
    """What failed lately.

    An attempt counts as failed from its beginning, until it has succeeded: of a hundred at once, no
    more get through than of a hundred one after another.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, most: int = _MOST_REMEMBERED
    ) -> None:
        """With a clock in seconds, and how many names and addresses are remembered."""
        self._now = now
        self._most = most
        self._counts: tuple[OrderedDict[str, _Count], ...] = (OrderedDict(), OrderedDict())

    def begin(self, name: str, address: str) -> float:
        """Begin an attempt; else the seconds after which the next one may begin.

        Args:
            name: As whom.
            address: Whence, as `network_of` has it.
        """
        now = self._now()
        here = self._count(_ADDRESSES, address, now)
        # Whoever has to wait makes no names remembered: they would crowd out those that matter.
        known = self._counts[_NAMES].get(name, _Count())
        wait = max(here.until, known.until) - now
        if wait > 0:
            return wait
        for count in (here, self._count(_NAMES, name, now)):
            count.failures += 1
            count.last = now
        return 0.0

    def succeeded(self, name: str, address: str) -> None:
        """The attempt was no guess: the name is as good as new, the address has one failure less."""
        self.withdrawn(name, address)
        self._counts[_NAMES].pop(name, None)

    def withdrawn(self, name: str, address: str) -> None:
        """The attempt was never judged, so it counts for nothing."""
        for remembered, key in zip(self._counts, (name, address), strict=True):
            if (count := remembered.get(key)) and count.failures:
                count.failures -= 1

    def _count(self, which: int, key: str, now: float) -> _Count:
        remembered = self._counts[which]
        count = remembered.setdefault(key, _Count())
        remembered.move_to_end(key)
        if now - max(count.last, count.until) > QUIET:
            count.failures = 0
        while len(remembered) > self._most:
            remembered.popitem(last=False)
        return count


def network_of(address: str | None) -> str:
    """What one person has of addresses: one of version 4, but a whole /64 of version 6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found), 64), strict=False))
    return str(found)
