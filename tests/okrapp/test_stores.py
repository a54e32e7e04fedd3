"""A store that cannot be used: one paragraph, exit code 1 or 2, and never its password."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.job import LEASE_LASTS
from okrmodel.store import Store
from okrmodel.store.leases import acquire
from okrmodel.store.tables import OutcomeRow
from tests.okrapp.conftest import Okr

PASSWORD = "hunter2-secret"
COMMANDS = ("status", "sync")


@pytest.fixture
def suspicious_server() -> Iterator[int]:
    """A PostgreSQL server that believes no password; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_refuse_all, args=[listening], daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _refuse_all(listening: socket.socket) -> None:
    refusal = b'SFATAL\0C28P01\0Mpassword authentication failed for user "okr"\0\0'
    while True:
        try:
            speaking, _ = listening.accept()
        except OSError:
            return
        with speaking:
            while struct.unpack("!ii", speaking.recv(8, socket.MSG_WAITALL))[1] != 196608:
                speaking.sendall(b"N")  # No encryption; a password is asked for all the same.
            speaking.recv(4096)
            speaking.sendall(b"R" + struct.pack("!ii", 8, 3))
            speaking.recv(4096)
            speaking.sendall(b"E" + struct.pack("!i", 4 + len(refusal)) + refusal)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_password_is_told_and_never_shown(
    okr: Okr, config: Path, suspicious_server: int, command: str
) -> None:
    address = f"postgresql://okr:{PASSWORD}@127.0.0.1:{suspicious_server}/okr"
    ended = okr(command, "--config", config, "--store", address)
    assert ended.code == 1
    assert "password authentication failed" in ended.err
    assert PASSWORD not in ended.err + ended.out
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_is_down_is_told(okr: Okr, config: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"postgresql://okr:{PASSWORD}@127.0.0.1:{port}/okr"
    ended = okr(command, "--config", config, "--store", address)
    assert ended.code == 1
    assert "Connection refused" in ended.err
    assert PASSWORD not in ended.err + ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_another_kind_of_database_is_refused_without_its_password(
    okr: Okr, config: Path, command: str
) -> None:
    ended = okr(command, "--config", config, "--store", f"mysql://okr:{PASSWORD}@db/okr")
    assert ended.code == 2
    assert "an SQLite file or a postgresql:// address, not mysql://" in ended.err
    assert PASSWORD not in ended.err


def test_an_address_that_cannot_be_read_is_told_without_it(okr: Okr, config: Path) -> None:
    address = f"postgresql://okr:{PASSWORD}@db:port/okr"
    ended = okr("status", "--config", config, "--store", address)
    assert ended.code == 2
    assert "cannot be read; expected postgresql://user:password@host:5432/name" in ended.err
    assert PASSWORD not in ended.err


def test_an_environment_that_leads_nowhere_is_told(
    okr: Okr, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_STORE", "/no/such/folder/okr.db")
    ended = okr("sync", "--config", config)
    assert ended.code == 1
    assert "cannot open the store sqlite:////no/such/folder/okr.db: unable to open" in ended.err


def test_a_folder_instead_of_a_file_is_told(okr: Okr, config: Path) -> None:
    ended = okr("status", "--config", config, "--store", config)
    assert ended.code == 1
    assert "unable to open database file" in ended.err


def test_a_file_that_is_no_store_is_told_and_kept(okr: Okr, config: Path) -> None:
    file = config / "metrics.yaml"
    before = file.read_bytes()
    ended = okr("sync", "--config", config, "--store", file)
    assert ended.code == 1
    assert "file is not a database" in ended.err
    assert file.read_bytes() == before


def test_a_store_that_breaks_on_the_way_is_told_in_the_databases_words(
    okr: Okr, config: Path
) -> None:
    with Store.open(f"sqlite:///{config / 'okr.db'}") as store, store.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {OutcomeRow.__tablename__}")
    ended = okr("sync", "--config", config)
    assert ended.code == 1
    assert "the store failed: no such table" in ended.err
    assert "SELECT" not in ended.err


def test_a_workspace_that_another_run_has_is_told_with_its_name(okr: Okr, config: Path) -> None:
    with Store.open(f"sqlite:///{config / 'okr.db'}") as store:
        acquire(store, "pretend", "the night watch", LEASE_LASTS)
        ended = okr("sync", "--config", config)
    assert ended.code == 1
    assert "the night watch" in ended.err
