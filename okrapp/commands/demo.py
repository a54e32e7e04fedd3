"""`okr demo`: the main job on the pretend company, through a private Prefect server."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import okrapp
from flows.edges import wall_clock
from flows.places import NoConfig, find_places, read_place
from flows.prefect_server import ServerDidNotStart, private_server
from flows.report import Report
from okrapp.commands.sandbox import GA4_GRPC_PORT, HUBSPOT_PORT
from okrapp.commands.status import write
from okrapp.exits import FAILED, Exit
from okrapp.jobs import run_flow
from okrapp.sheets import sheets
from okrapp.terminal import console
from okrmodel.windows import ONE_DAY, last_complete_day

if TYPE_CHECKING:
    from sandbox.world import Sandbox

_MARK = ".made-by-okr-demo"


def demo(folder: Path = Path("okr-demo"), /) -> None:
    """Show the main job on a pretend company, start to end; needs no account.

    Starts pretend HubSpot and GA4 servers and a private Prefect server, runs the backfill of the
    current cycle and the nightly sync as Prefect flows, and prints the OKR table. Leaves the
    config and the store in a folder to play with, and nothing running.

    Args:
        folder: Where to leave them; made anew each time.
    """
    screen = console()
    began = monotonic()
    config = _fresh_copy(folder)
    screen.print("[bold]1[/]  Starting a pretend HubSpot and GA4, and a private Prefect server …")
    try:
        with _world(config) as world, private_server(folder / ".prefect"):
            os.environ["HUBSPOT_TOKEN"] = world.hubspot_token
            _run_flows(config)
            calls = len(world.log.all())
    except ServerDidNotStart as error:
        raise Exit(FAILED, str(error)) from None
    screen.print(f"[dim]   {calls} requests, {monotonic() - began:.0f} s in all[/]\n")
    [place] = find_places(config)
    write(list(sheets(place, as_of=None, cycle=None, clock=wall_clock())), "table")
    _say_what_next(config)


def _run_flows(config: Path) -> None:
    """The backfill of the cycle up to the day before last, then last night's sync."""
    # Imported only now: Prefect reads where its server is when it is imported.
    from flows.prefect_flows import backfill, sync  # noqa: PLC0415

    screen = console()
    [place] = find_places(config)
    company, _ = read_place(place)
    day = last_complete_day(company.workspace.clock or wall_clock(), company.workspace.zone)
    cycle = next(c for c in company.cycles if c.starts <= day <= c.ends)
    root = str(config.absolute())
    screen.print(f"[bold]2[/]  Backfilling {cycle.id} from {cycle.starts} to {day - ONE_DAY} …")
    _done(run_flow(lambda: backfill(root, cycle.starts, day - ONE_DAY), None), day - ONE_DAY)
    screen.print(f"[bold]3[/]  Running the nightly sync for {day} …")
    _done(run_flow(lambda: sync(root), None), day)


def _done(reports: list[Report], day: date) -> None:
    for report in reports:
        for fault in report.faults:
            raise Exit(FAILED, f"the demo failed: {fault.connection}: {fault}")
        calls = ", ".join(f"{name} {n}" for name, n in sorted(report.calls.items()) if n)
        console().print(
            f"[dim]   {report.written} snapshots up to {day}; requests: {calls}[/]", soft_wrap=True
        )


def _fresh_copy(folder: Path) -> Path:
    """The shipped config in the folder; what an earlier demo left there is removed.

    Raises:
        Exit: The folder is somebody else's.
    """
    if folder.exists():
        if not (folder / _MARK).exists():
            raise Exit(FAILED, f"{folder} was not made by okr demo; name another: okr demo FOLDER")
        shutil.rmtree(folder)
    shutil.copytree(
        _example(), folder / "config", ignore=shutil.ignore_patterns("okr.db*", "examples")
    )
    (folder / _MARK).touch()
    return folder / "config"


def _example() -> Path:
    """The shipped config: inside the installed package, or beside it in a checkout."""
    package = Path(okrapp.__file__).parent
    for candidate in (package / "example", package.parent / "config"):
        if (candidate / "workspace.yaml").is_file():
            return candidate
    raise NoConfig("the shipped config is missing from this installation; install okrsync again")


@contextmanager
def _world(config: Path) -> Iterator["Sandbox"]:
    """The pretend servers, where the config looks for them, or on free ports that it is told."""
    from sandbox.company.grow import grow  # noqa: PLC0415 - NumPy is an extra
    from sandbox.world import Sandbox  # noqa: PLC0415

    usual = _is_free(HUBSPOT_PORT) and _is_free(GA4_GRPC_PORT)
    ports = (HUBSPOT_PORT, GA4_GRPC_PORT) if usual else (0, 0)
    with Sandbox(grow(), hubspot_port=ports[0], ga4_grpc_port=ports[1]) as world:
        if not usual:
            file = config / "workspace.yaml"
            text = file.read_text(encoding="utf-8")
            text = text.replace(f"http://127.0.0.1:{HUBSPOT_PORT}", world.hubspot_url)
            text = text.replace(f"127.0.0.1:{GA4_GRPC_PORT}", world.ga4_grpc_address)
            file.write_text(text, encoding="utf-8")
        yield world


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _say_what_next(config: Path) -> None:
    okr = "okr" if shutil.which("okr") else Path(sys.argv[0])
    console().print(
        f"\nThe config and the store are in {config.parent}. Next, type:\n\n"
        f"  {okr} status --config {config} --as-of 2026-10-31   how it stood then\n"
        f"  {okr} lint --config {config}                        change a file and see\n"
        f"  {okr} sandbox                                       the pretend servers, in a second terminal; then\n"
        f"  HUBSPOT_TOKEN=pat-eu1-sandbox {okr} sync --config {config}\n"
        f"  {okr} init                                          a config of your own",
        soft_wrap=True,
        markup=False,
    )
