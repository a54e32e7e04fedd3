"""Four processes hammer one HubSpot account's searches: how much of what is allowed do they use?

    python -m benchmarks.rate_budget [postgresql://…]

Without an address the turns are kept on SQLite, in a folder that is gone afterwards. Prints the most
requests in any second, once by the turns that were taken and once by when the processes really woke
up for them, and the share of HubSpot's five searches a second that was used.
"""

import multiprocessing
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

from connectors.hubspot.client import SEARCH
from okrmodel.store import Store
from okrmodel.store.limits import limits_of

PROCESSES = 4
LASTS = 8.0
"""Seconds."""
ALLOWED = 5.0
"""Searches a second."""


def hammer(address: str, ends: float) -> list[tuple[float, float]]:
    """Take turns until the time is over: when each was due, and when it was met."""
    met = []
    with Store.open(address) as store, limits_of(store) as limits:
        while time.time() < ends:
            turn = limits.reserve("hubspot 1", SEARCH.name, every=SEARCH.seconds / SEARCH.calls)
            time.sleep(turn.away)
            met.append((turn.at / 1e6, time.time()))
    return met


def most_in_a_second(instants: list[float]) -> int:
    return max(sum(first <= each < first + 1 for each in instants) for first in instants)


def main(address: str) -> None:
    Store.open(address).close()
    # The processes take a moment to start; all hammer together after it.
    ends = time.time() + LASTS
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        found = pool.starmap(hammer, [(address, ends)] * PROCESSES)
    due, met = (sorted(column) for column in zip(*chain.from_iterable(found), strict=True))
    used = (len(due) - 1) / (due[-1] - due[0]) / ALLOWED
    late = max(woke - turn for each in found for turn, woke in each)
    print(
        f"{len(due)} turns by {PROCESSES} processes in {due[-1] - due[0]:.1f} s: {used:.0%} of {ALLOWED:.0f} a second"
    )
    print(
        f"most in any second: {most_in_a_second(due)} due, {most_in_a_second(met)} met; latest {late * 1000:.0f} ms late"
    )
    print(f"each process's: {', '.join(str(len(each)) for each in found)}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(f"sqlite:///{Path(folder) / 'okr.db'}")
