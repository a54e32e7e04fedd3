"""`okr demo`: the main job on the pretend company, through a private Prefect server."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from rich.markup import escape

import okrapp
from flows.edges import wall_clock
from flows.places import STORE, Place, read_place
from flows.prefect_server import ServerDidNotStart, private_server
from flows.report import Report
from okrapp.commands.sandbox import GA4_GRPC_PORT, HUBSPOT_PORT, need_numpy
from okrapp.commands.status import write
from okrapp.exits import FAILED, Exit
from okrapp.jobs import run_flow
from okrapp.reading import read_sheets
from okrapp.terminal import console, waiting
from okrapp.where import Where
from okrmodel.windows import ONE_DAY, last_complete_day

if TYPE_CHECKING:
    from sandbox.world import Sandbox

_MARK = ".made-by-okr-demo"


def demo(folder: Path = Path("okr-demo"), /) -> None:
    """Show the main job on a pretend company, start to end; needs no account.

    Args:
        folder: Where config and store are left; made anew each time.
    """
    need_numpy()
    began = monotonic()
    config = _fresh_copy(folder)
    # Whatever OKR_STORE says: the pretend company is not remembered beside a real one.
    where = Where(config=config, store=str(config.absolute() / STORE))
    [place] = where.places()
    try:
        with ExitStack() as servers:
            with waiting("1", "Starting a pretend HubSpot and GA4, and a private Prefect server …"):
                world = servers.enter_context(_world(config))
                servers.enter_context(private_server(folder / ".prefect"))
            os.environ["HUBSPOT_TOKEN"] = world.hubspot_token
            _run_flows(where, place)
            calls = len(world.log.all())
    except ServerDidNotStart as error:
        raise Exit(FAILED, str(error)) from None
    console().print(f"[dim]   {calls} requests, {monotonic() - began:.0f} s in all[/]\n")
    write(list(read_sheets(place, as_of=None, cycle=None, clock=wall_clock())), "table")
    _say_what_next(config)


def _run_flows(where: Where, place: Place) -> None:
    """The backfill of two cycles up to the day before last, then last night's sync."""
    # Imported only now: Prefect reads where its server is when it is imported.
    from flows.prefect_flows import backfill, sync  # noqa: PLC0415

    company, _ = read_place(place)
    day = last_complete_day(company.workspace.clock or wall_clock(), company.workspace.zone)
    cycles = " and ".join(cycle.id for cycle in company.cycles)
    first = company.cycles[0].starts
    root = str(place.root)
    before = day - ONE_DAY
    with waiting("2", f"Backfilling {cycles} from {first} to {before} …"):
        backfilled = run_flow(lambda: backfill(root, first, before), where)
    _tell(backfilled.reports)
    with waiting("3", f"Running the nightly sync for {day} …"):
        synced = run_flow(lambda: sync(root), where)
    _tell(synced.reports)


def _tell(reports: Sequence[Report]) -> None:
    for report in reports:
        for fault in report.faults:
            raise Exit(FAILED, f"the demo failed: {fault.connection}: {fault}")
        calls = ", ".join(f"{name} {n}" for name, n in sorted(report.calls.items()) if n)
        line = f"   {report.written} snapshots up to {report.as_of}; requests: {calls}"
        console().print(line, style="dim", soft_wrap=True)


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
        _example(), folder / "config", ignore=shutil.ignore_patterns("okr*.db*", "examples")
    )
    (folder / _MARK).touch()
    # A year of a company is more than its quarter: what was closed stands behind what goes on.
    last = (files("okrapp") / "templates" / "last_quarter.yaml").read_text("utf-8")
    (folder / "config/okrs/2026-Q3.yaml").write_text(last, "utf-8")
    return folder / "config"


def _example() -> Path:
    """The shipped config: inside the installed package, or beside it in a checkout."""
    package = Path(okrapp.__file__).parent
    for candidate in (package / "example", package.parent / "config"):
        if (candidate / "workspace.yaml").is_file():
            return candidate
    raise Exit(FAILED, "the shipped config is missing here: install okrsync again")


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
    okr = "okr" if shutil.which("okr") else sys.argv[0]
    steps = (
        ("The weekly digest, as it would be sent", f"{okr} digest --preview --config {config}"),
        (
            "How it stood at the end of October",
            f"{okr} status --config {config} --as-of 2026-10-31",
        ),
        ("Change a file in it, and see what is wrong", f"{okr} lint --config {config}"),
        ("The pretend servers again, in a second terminal", f"{okr} sandbox"),
        ("and with them running", f"HUBSPOT_TOKEN=pat-eu1-sandbox {okr} sync --config {config}"),
        ("A config of your own", f"{okr} init my-config"),
        ("The pages, in your browser", f"{okr} serve --config {config}"),
    )
    screen = console()
    screen.print(f"\nThe config and the store are in {config.parent}. What to type next:")
    for what, line in steps:
        screen.print(f"\n  {what}:\n    [bold]{escape(line)}[/]", soft_wrap=True)
