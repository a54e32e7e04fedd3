"""`okr demo`: the whole main job by itself, in a folder of its own, and nothing left running."""

import os
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from tests.end_to_end.oracle import LAST, Oracle
from tests.okrapp.conftest import Okr

OKR = str(Path(sys.executable).with_name("okr"))


@dataclass(frozen=True)
class Demo:
    folder: Path
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "okr-demo"
    folder.mkdir()
    # What an earlier demo left is made anew; a real store and its token are not touched.
    (folder / ".made-by-okr-demo").touch()
    (folder / "config").mkdir()
    (folder / "config/old.yaml").touch()
    environment = os.environ | {
        "OKR_STORE": str(folder.parent / "real.db"),
        "HUBSPOT_TOKEN": "a-real-token",
        "COLUMNS": "80",
    }
    ended = subprocess.run(
        [OKR, "demo", folder],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=folder.parent,
    )
    return Demo(folder, ended.returncode, ended.stdout, ended.stderr)


def test_it_ends_well_and_shows_each_step_and_the_table(demo: Demo) -> None:
    assert demo.code == 0, demo.err
    for step in (
        "1  Starting",
        "2  Backfilling 2026-Q3 and 2026-Q4",
        "3  Running the nightly sync",
    ):
        assert f"\n{step}" in f"\n{demo.out}"
    assert "Acorn Analytics  2026-Q4, as of 2026-11-22" in demo.out
    assert "= Complete up to 2026-11-22." in demo.out
    assert "\x1b" not in demo.out
    assert "Traceback" not in demo.err


@pytest.mark.parametrize("key_result", ["mqls", "sqls", "sessions", "deals-won", "revenue"])
def test_its_numbers_are_those_of_the_pretend_company(
    okr: Okr, demo: Demo, key_result: str
) -> None:
    oracle = Oracle(grow(), "Europe/Warsaw", DEFAULT_NOW, demo.folder / "config")
    shown = okr("status", "--config", demo.folder / "config", "--output", "json")
    row = shown.row(key_result)
    assert row["as_of"] == LAST.isoformat()
    assert Fraction(row["value"]) == oracle.value(key_result, LAST)


def test_every_day_of_the_cycle_is_there(okr: Okr, demo: Demo) -> None:
    for day in ("2026-10-01", "2026-11-21"):
        shown = okr(
            "status", "--config", demo.folder / "config", "--as-of", day, "--output", "json"
        )
        assert shown.row("mqls")["as_of"] == day


def test_it_writes_nowhere_else(demo: Demo) -> None:
    assert [file.name for file in demo.folder.parent.iterdir()] == ["okr-demo"]
    assert not (demo.folder / "config/old.yaml").exists()
    assert (demo.folder / "config/okr.db").exists()


def test_nothing_is_left_running(demo: Demo) -> None:
    log = (demo.folder / ".prefect/server.log").read_text("utf-8")
    mine = str(demo.folder)
    for process in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        assert mine not in environment, (process, log)
    urls = re.findall(r"127\.0\.0\.1:(\d+)", (demo.folder / "config/workspace.yaml").read_text())
    for port in {*urls, *re.findall(r"127\.0\.0\.1:(\d+)", log)} - {"8731", "8732"}:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0, f"port {port} is still open"


def test_the_lines_to_type_next_are_understood(okr: Okr, demo: Demo) -> None:
    lines = re.findall(r"^    .*?okr (\w+.*)$", demo.out, re.MULTILINE)
    assert [line.split()[0] for line in lines] == [
        "digest",
        "status",
        "lint",
        "sandbox",
        "sync",
        "init",
        "serve",
    ]
    for line in lines[:3]:
        assert okr(*line.split()).code == 0


def test_a_folder_that_is_somebody_elses_is_left_alone(okr: Okr, tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    ended = okr("demo", tmp_path)
    assert ended.code == 1
    assert f"{tmp_path} was not made by okr demo; name another: okr demo FOLDER" in ended.err
    assert [file.name for file in tmp_path.iterdir()] == ["precious"]
