"""A quarter of the shipped config, backfilled and then synced night by night, against the floor.

    python -m benchmarks.quarter [CONTACTS …]

Without numbers, for 10,000, 100,000 and 1,000,000 contacts with 20,000 MQLs in the quarter (2,000
of 10,000), at 80 ms latency and with the documented rate limits. The job is the command `okr` in a
process of its own, the pretend servers are in this one. It takes about two minutes for each size.
"""

import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.floor import floor
from benchmarks.machine import Took, machine, run
from connectors.registry import catalogue
from flows.places import find_places, read_place
from okrmodel.definitions.company import Company as Definitions
from okrmodel.demand import Demand, demand
from okrmodel.resolution import Source
from okrmodel.windows import ONE_DAY, Window
from sandbox.company.grow import grow
from sandbox.company.tables import NEVER, Company, StageEntries
from sandbox.world import Sandbox

SIZES = {10_000: 2_000, 100_000: 20_000, 1_000_000: 20_000}
"""Contacts, and MQLs in the quarter."""
LATENCY = 0.08
SEARCHES_A_SECOND = 5
OTHERS_A_SECOND = 19
WARSAW = ZoneInfo("Europe/Warsaw")
FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
OKR = str(Path(sys.executable).with_name("okr"))


def at_four(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=WARSAW)


class Scene:
    """The shipped config in a folder of its own, in front of a pretend world."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.root = folder / "config"
        self.sandbox = sandbox
        shutil.copytree("config", self.root, ignore=shutil.ignore_patterns("examples", "okr*.db*"))
        self._rewrite("http://127.0.0.1:8731", sandbox.hubspot_url)
        self._rewrite("127.0.0.1:8732", sandbox.ga4_grpc_address)

    def move_to(self, now: datetime) -> None:
        """The servers and the workspace."""
        self.sandbox.clock.move_to(now)
        self._rewrite(r"clock: \S+", f"clock: {now.isoformat()}")

    def okr(self, *words: str) -> tuple[Took, Counter[str]]:
        """Run the command; what it took, and what it asked of whom."""
        self.sandbox.log.clear()
        took = run(
            [OKR, *words, "--config", str(self.root), "--no-prefect"],
            {"HUBSPOT_TOKEN": self.sandbox.hubspot_token},
        )
        if took.code:
            print(took.out)
        asked = Counter(_kind(r.method, r.path) for r in self.sandbox.log.all())
        asked["refused"] = sum(r.status == 429 for r in self.sandbox.log.all())
        return took, asked

    def definitions(self) -> Definitions:
        return read_place(find_places(self.root)[0])[0]

    def _rewrite(self, pattern: str, text: str) -> None:
        file = self.root / "workspace.yaml"
        file.write_text(re.sub(pattern, text, file.read_text("utf-8")), "utf-8")


def _kind(method: str, path: str) -> str:
    if path.endswith("/search"):
        return f"searches of {path.split('/')[-2]}"
    if "BatchRun" in method + path:
        return "GA4 batches"
    if "/properties/" in path:
        return "property look-ups"
    if "account-info" in path:
        return "account details"
    return "email statistics and listings"


def whole_demand(company: Definitions) -> Demand:
    days = [*Window(FIRST, LAST + ONE_DAY).days()]
    (cycle,) = company.cycles
    wanted = demand(company, cycle, [k for _, k in cycle.key_results()], days, catalogue())
    asked: dict[Source, tuple[Window, ...]] = {
        source: windows
        for source, windows in wanted.windows.items()
        if source.connection != "manual"
    }
    return Demand(asked)


def report(title: str, took: Took, asked: Counter[str]) -> None:
    calls = sum(n for kind, n in asked.items() if kind != "refused")
    searches = sum(n for kind, n in asked.items() if kind.startswith("searches"))
    allowed = searches / SEARCHES_A_SECOND
    others = (asked["email statistics and listings"] + asked["property look-ups"]) / OTHERS_A_SECOND
    least = max(allowed, others)
    print(f"{title}: {calls} requests ({', '.join(f'{n} {k}' for k, n in sorted(asked.items()))})")
    print(
        f"  wall {took.wall:.1f} s, {took.wall / least if least else 0:.2f} x {least:.1f} s (searches ÷ 5 a second);"
        f" CPU {took.cpu:.1f} s, {took.cpu / took.wall:.0%} of a core; peak memory {took.peak:.0f} MB"
    )


def backfill(company: Company, folder: Path) -> None:
    with Sandbox(company, latency=LATENCY) as sandbox:
        scene = Scene(folder, sandbox)
        now = at_four(LAST + ONE_DAY)
        scene.move_to(now)
        parts = floor(company, whole_demand(scene.definitions()), now, WARSAW)
        least = sum(part.calls for part in parts)
        for part in parts:
            print(f"  floor {part.calls:4}  {part.what}: {part.why}")
        took, asked = scene.okr("backfill", "--from", str(FIRST), "--to", str(LAST))
        report("backfill of the quarter", took, asked)
        calls = sum(n for kind, n in asked.items() if kind != "refused")
        data = calls - asked["account details"] - asked["property look-ups"]
        print(
            f"  {calls / least:.3f} x the floor of {least}; without the account's details and"
            f" names of properties {data / least:.3f} x"
        )


def nights(company: Company, folder: Path) -> None:
    """From one quiet night to the next, and the one in which everything is read again."""
    with Sandbox(company, latency=LATENCY) as sandbox:
        scene = Scene(folder, sandbox)
        scene.move_to(at_four(LAST - 8 * ONE_DAY))
        scene.okr("backfill", "--from", str(FIRST), "--to", str(LAST - 9 * ONE_DAY))
        for night in range(1, 9):
            scene.move_to(at_four(LAST - (8 - night) * ONE_DAY))
            took, asked = scene.okr("sync")
            report(f"night {night}", took, asked)


def quiet(company: Company, since: datetime) -> Company:
    """The same company, but that nothing in its past moves any more: new records only."""
    moment = int(since.timestamp() * 1000)
    contacts, deals, entries = company.contacts, company.deals, company.stage_entries
    seen = set()
    first = np.zeros(len(entries.contact), dtype=np.bool_)
    for row, pair in enumerate(zip(entries.contact, entries.stage, strict=True)):
        first[row] = pair not in seen
        seen.add(pair)
    kept = first | (entries.at_ms <= moment)
    late = (deals.closed_known_ms > moment) & (deals.closed_ms < moment)
    return replace(
        company,
        contacts=replace(
            contacts, gone_ms=np.where(contacts.gone_ms > moment, NEVER, contacts.gone_ms)
        ),
        deals=replace(
            deals,
            gone_ms=np.where(deals.gone_ms > moment, NEVER, deals.gone_ms),
            edited_ms=np.where(deals.edited_ms > moment, NEVER, deals.edited_ms),
            closed_known_ms=np.where(late, NEVER, deals.closed_known_ms),
        ),
        stage_entries=StageEntries(entries.contact[kept], entries.stage[kept], entries.at_ms[kept]),
    )


def main(sizes: list[int]) -> None:
    print(machine())
    os.environ.pop("PREFECT_API_URL", None)
    for size in sizes:
        company = grow(
            contacts=size, mqls_per_quarter=SIZES.get(size, size // 5), now=at_four(LAST + ONE_DAY)
        )
        print(f"\n{size:,} contacts, {LATENCY * 1000:.0f} ms")
        with tempfile.TemporaryDirectory() as folder:
            backfill(company, Path(folder))
        if size == 100_000 or len(sizes) == 1:
            print("\nnights in which nothing old moves")
            with tempfile.TemporaryDirectory() as folder:
                nights(quiet(company, at_four(LAST - 8 * ONE_DAY)), Path(folder))
            print("\nnights as they come: contacts re-enter, merge and vanish, deals are edited")
            with tempfile.TemporaryDirectory() as folder:
                nights(company, Path(folder))


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [*SIZES])
