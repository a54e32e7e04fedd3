"""Four processes on one account keep to its limits together, and use what they allow."""

import json
import subprocess
import sys
from dataclasses import dataclass
from itertools import chain

import pytest

from okrmodel.store import Store
from okrmodel.store.limit_rows import METADATA

PROCESSES = 4
LASTS = 2.2
"""Seconds of measuring."""
TOKENS = 200
TOO_LATE = 0.1
"""Seconds by which a sleeper may wake too late before turns that stand evenly run together."""
HAMMER = """
import json, sys, threading, time
from datetime import UTC, datetime
from connectors.budget import AtOnce, Quota
from connectors.errors import RetryLater
from connectors.hubspot.quotas import BURST, SEARCH
from flows.edges import Edges
from flows.limits import shared
from okrmodel.store import Store

lasts, tokens = float(sys.argv[2]), Quota("tokens an hour", int(sys.argv[3]))
met = {"search": [], "burst": [], "held": [], "tokens": [], "late": []}

def sleep(seconds):
    wakes = time.time() + seconds
    time.sleep(seconds)
    met["late"].append(time.time() - wakes)

def ask(budget, limit):
    while time.time() < ends:
        budget.wait("hubspot 1", limit)
        met[limit.name].append(time.time())

def report(budget):
    while time.time() < ends:
        with budget.under_way("ga4 1", AtOnce("concurrent requests", 10)):
            began = time.time()
            time.sleep(0.2)
            met["held"].append((began, time.time()))
        try:
            budget.spend("ga4 1", tokens, 3, datetime(2033, 1, 1, tzinfo=UTC))
            met["tokens"].append(3)
        except RetryLater:
            pass

with Store.open(sys.argv[1]) as store, shared(Edges(sleep=sleep), store) as edges:
    print("ready", flush=True)
    sys.stdin.readline()
    ends = time.time() + lasts
    work = [threading.Thread(target=ask, args=(edges.budget, each)) for each in (SEARCH, BURST)]
    work += [threading.Thread(target=report, args=(edges.budget,)) for _ in range(4)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
print(json.dumps(met))
"""


@dataclass(frozen=True)
class Met:
    """What all the processes did, in seconds since 1970."""

    search: list[float]
    burst: list[float]
    held: list[tuple[float, float]]
    tokens: list[int]
    late: list[float]


@pytest.fixture
def met(store_url: str) -> Met:
    with Store.open(store_url) as store:
        METADATA.drop_all(store.engine)
    command = [sys.executable, "-c", HAMMER, store_url, str(LASTS), str(TOKENS)]
    hammers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for hammer in hammers:
        assert hammer.stdout
        assert hammer.stdout.readline() == "ready\n"
    for hammer in hammers:
        assert hammer.stdin
        hammer.stdin.write("\n")
        hammer.stdin.flush()
    found = [json.loads(hammer.communicate()[0]) for hammer in hammers]
    assert [hammer.returncode for hammer in hammers] == [0] * PROCESSES
    columns = {name: list(chain.from_iterable(one[name] for one in found)) for name in found[0]}
    return Met(**columns)


def most_in(instants: list[float], window: float) -> int:
    return max(sum(first <= each < first + window for each in instants) for first in instants)


def most_at_once(spans: list[tuple[float, float]]) -> int:
    changes = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def test_four_processes_keep_to_an_accounts_limits_together(met: Met) -> None:
    """By when they really woke up, where the machine is not too busy to wake them in time.

    How much of what is allowed they use, benchmarks/rate_budget.py measures.
    """
    # Ten requests at once.
    assert most_at_once(met.held) <= 10
    # No more tokens than there are.
    assert sum(met.tokens) <= TOKENS
    if max(met.late) > TOO_LATE:
        pytest.skip(f"this machine woke a process {max(met.late) * 1000:.0f} ms late")
    # Five searches a second. Of other requests, a hundred in ten seconds: no more than twenty in two.
    assert most_in(met.search, 1.0) <= 5
    assert most_in(met.burst, 2.0) <= 20
