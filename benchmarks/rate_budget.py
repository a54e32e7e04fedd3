"""Four processes hammer one account: do they keep to its limits together, and how much do they use?

    python -m benchmarks.rate_budget [postgresql://…]

Without an address the limits are kept on SQLite, in a folder that is gone afterwards. For HubSpot's
searches and other requests it prints the most in any second and in any ten, by when the processes
really woke up for their turns; for GA4 the most requests under way at once, and the tokens; beside
each the share of what is allowed that was used. Then what keeping to the limits costs a request.
"""

import multiprocessing
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from connectors.budget import Budget, Limit, Quota
from connectors.errors import RetryLater
from connectors.ga4.quotas import at_once
from connectors.hubspot.quotas import BURST, SEARCH
from flows.edges import Edges
from flows.limits import shared
from okrmodel.store import Store

PROCESSES = 4
REPORTERS = 4
"""Threads of each process that ask GA4: sixteen want its ten places."""
LASTS = 15.0
"""Seconds."""
SEARCHES, REQUESTS, PLACES = 5, 10, 10
"""What HubSpot allows in a second, by its search limit and by its burst limit (100 in ten), and
GA4 at once."""
ANSWERS = 0.08
"""Seconds that GA4 takes to answer."""
TOKENS = Quota("tokens", 1000)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)

Met: TypeAlias = dict[str, list[tuple[float, float]]]
"""By what was done: when it began and ended, in seconds since 1970; of tokens, how many."""


def ask(budget: Budget, limit: Limit, met: Met, ends: float) -> None:
    while time.time() < ends:
        budget.wait("hubspot 1", limit)
        met[limit.name].append((time.time(), time.time()))


def report(budget: Budget, met: Met, ends: float) -> None:
    while time.time() < ends:
        with budget.under_way("ga4 1", at_once(60)):
            began = time.time()
            time.sleep(ANSWERS)
            met["places"].append((began, time.time()))
        try:
            budget.spend("ga4 1", TOKENS, 3, NEVER)
            met["tokens"].append((3, 3))
        except RetryLater:
            pass


def hammer(address: str, begins: float) -> Met:
    met: Met = defaultdict(list)
    ends = begins + LASTS
    with Store.open(address) as store, shared(Edges(), store) as edges:
        budget = edges.budget
        work = [partial(ask, budget, limit, met, ends) for limit in (SEARCH, BURST)]
        work += [partial(report, budget, met, ends)] * REPORTERS
        threads = [threading.Thread(target=each) for each in work]
        time.sleep(max(begins - time.time(), 0))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return dict(met)


def cost(address: str, seconds: float, pause: float) -> list[tuple[str, float]]:
    """What each use of the budget takes where nobody waits for a limit, in milliseconds."""
    ends = time.time() + seconds
    took = []
    fast = Limit("fast", calls=1e9, seconds=1)
    with Store.open(address) as store, shared(Edges(), store) as edges:
        budget = edges.budget

        def hold() -> None:
            with budget.under_way("cost", at_once(60)):
                pass

        endless = Quota("endless", 10**12)
        uses: dict[str, Callable[[], object]] = {
            "turn": lambda: budget.wait("cost", fast),
            "quota": lambda: budget.spend("cost", endless, 1, NEVER),
            "place": hold,
            "learn": lambda: budget.learn("cost", endless, 10**11, None, NEVER),
        }
        while time.time() < ends:
            for name, use in uses.items():
                began = time.perf_counter()
                use()
                took.append((name, (time.perf_counter() - began) * 1000))
                time.sleep(pause)
    return took


def most_in(instants: list[float], window: float) -> int:
    return max(sum(first <= each < first + window for each in instants) for first in instants)


def most_at_once(spans: list[tuple[float, float]]) -> int:
    changes = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def show(met: Met) -> None:
    for name, allowed in ((SEARCH.name, SEARCHES), (BURST.name, REQUESTS)):
        times = sorted(began for began, _ in met[name])
        used = (len(times) - 1) / (times[-1] - times[0]) / allowed
        print(
            f"  {name}: {used:.1%} of {allowed} a second;"
            f" most in a second {most_in(times, 1)}, in ten {most_in(times, 10)}"
        )
    spans = met["places"]
    lasted = max(ended for _, ended in spans) - min(began for began, _ in spans)
    used = sum(ended - began for began, ended in spans) / lasted / PLACES
    print(f"  places: {used:.1%} of {PLACES} at once; most at once {most_at_once(spans)}")
    spent = int(sum(units for units, _ in met["tokens"]))
    print(f"  tokens: {spent / TOKENS.most:.1%} of {TOKENS.most}")


def main(address: str) -> None:
    Store.open(address).close()
    print(f"{PROCESSES} processes on {address.partition(':')[0]}, {LASTS:.0f} s")
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        # The processes take a moment to start; all hammer together after it.
        found = pool.starmap(hammer, [(address, time.time() + 3)] * PROCESSES)
        names = found[0].keys()
        show(
            {
                name: list(chain.from_iterable(each.get(name, []) for each in found))
                for name in names
            }
        )
        for processes, pause in ((1, 0.0), (PROCESSES, 0.03), (PROCESSES, 0.0)):
            took = defaultdict(list)
            asked = pool.starmap(cost, [(address, 3.0, pause)] * processes)
            for name, each in chain.from_iterable(asked):
                took[name].append(each)
            means = ", ".join(f"{name} {sum(t) / len(t):.2f}" for name, t in took.items())
            a_second = sum(map(len, took.values())) / 3
            print(f"  ms each, {processes} processes, {a_second:.0f} a second together: {means}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(f"sqlite:///{Path(folder) / 'okr.db'}")
