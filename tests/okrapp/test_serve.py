"""`okr serve`: where it listens, whom it lets in, and how it ends."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from okrmodel.reading.viewers_file import VIEWERS_FILE
from okrmodel.store.store import Store
from tests.okrapp.conftest import Okr
from tests.okrapp.web.agency import (
    TOKEN,
    let_in,
    published_agency,
    root,
    with_token,
)
from tests.okrmodel.store.samples import Work

__all__ = ["published_agency", "root"]

OKR = str(Path(sys.executable).with_name("okr"))
Ask = Callable[..., httpx.Response]


@contextmanager
def serving(root: Path, *words: str) -> Iterator[tuple[Ask, str, "subprocess.Popen[str]"]]:
    """The command as it is typed; how to ask it, what it said first, and its process."""
    line = [OKR, "serve", "--config", str(root), "--port", "0", *words]
    with subprocess.Popen(
        line, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        said = ""
        while "Ctrl-C stops them." not in said:
            told = process.stderr.readline()
            assert told, said
            said += told
        found = re.search(r"http://[^/]+:(\d+)/", said)
        port = int(found[1]) if found else 0

        def ask(path: str = "/w/birch", **headers: str) -> httpx.Response:
            return httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, timeout=20)

        try:
            yield ask, said, process
        finally:
            process.kill()


BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_shows_the_pages_and_stops_when_asked(
    root: Path, ending: signal.Signals
) -> None:
    with serving(root) as (ask, _, process):
        answer = ask()
        assert answer.status_code == 200
        assert "Birch" in answer.text
        assert "server" not in answer.headers
        assert "content-security-policy" in answer.headers
        assert ask(Host="evil.example").status_code == 421
        process.send_signal(ending)
        assert process.wait(timeout=20) == 0
        assert process.stderr
        assert process.stderr.read() == ""


def test_who_may_come_is_followed_while_it_runs(root: Path) -> None:
    let_in(root, wall=with_token("[birch]"))
    with serving(root) as (ask, _, _process):
        assert ask().status_code == 303
        assert ask(**BEARER).status_code == 200
        assert ask("/w/cedar", **BEARER).status_code == 404
        let_in(root, wall=with_token("[cedar]"))
        assert ask(**BEARER).status_code == 404
        assert ask("/w/cedar", **BEARER).status_code == 200
        let_in(root)
        assert ask("/w/cedar", **BEARER).status_code == 303
        (root / VIEWERS_FILE).unlink()
        assert ask().status_code == 303, "no file any more opens nothing"


def test_what_a_browser_says_of_a_proxy_is_believed_only_of_a_proxy(root: Path) -> None:
    let_in(root, wall=with_token("all"))
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    with serving(root) as (ask, _, _process):
        assert "__Host-" not in ask("/sign-in", **forwarded).headers["set-cookie"]
    with serving(root, "--behind-proxy") as (ask, _, _process):
        assert "__Host-" in ask("/sign-in", **forwarded).headers["set-cookie"]
    with serving(root, "--behind-proxy", "--proxy-address", "192.0.2.1") as (ask, _, _process):
        assert "__Host-" not in ask("/sign-in", **forwarded).headers["set-cookie"]


def test_open_asks_nobody_whatever_the_file_says(root: Path) -> None:
    let_in(root, wall=with_token("[birch]"))
    with serving(root, "--open", "--name", "okr.example.com") as (ask, _, _process):
        assert ask("/w/cedar").status_code == 200
        assert ask("/w/cedar", Host="okr.example.com").status_code == 200


def test_on_every_address_it_warns_of_plain_text_and_lets_in_by_token(root: Path) -> None:
    let_in(root, wall=with_token("[birch]"))
    with serving(root, "--host", "0.0.0.0") as (ask, said, _process):
        assert "Without https, passwords go through the network in plain text" in said
        assert ask().status_code == 303
        assert ask(**BEARER).status_code == 200
        assert ask(Host="192.168.1.5").status_code == 303
        assert ask(Host="evil.example").status_code == 421


@pytest.mark.parametrize(
    "words",
    [
        ["--host", "0.0.0.0"],
        ["--host", "::"],
        ["--host", "192.0.2.1"],
        ["--behind-proxy"],
        ["--host", "okr.example.com"],
        ["--host", ""],
    ],
)
def test_others_are_not_let_near_without_sign_in(okr: Okr, root: Path, words: list[str]) -> None:
    ended = okr("serve", "--config", root, *words)
    assert ended.code == 2
    assert "others could come, and nobody has to sign in" in ended.err
    assert "okr viewer add NAME --all" in ended.err
    ended = okr("serve", "--config", root, *words, "--open")
    assert ended.code == 2
    assert "--open is for this machine only" in ended.err


@pytest.mark.parametrize(
    "text", ["viewers: {}\n", "viewers: [", "viewers:\n  ewa: { workspaces: all }\n"]
)
def test_a_file_that_lets_nobody_in_is_told(okr: Okr, root: Path, text: str) -> None:
    (root / VIEWERS_FILE).write_text(text, "utf-8")
    ended = okr("serve", "--config", root)
    assert ended.code == 2
    assert "viewers.yaml lets nobody in" in ended.err
    assert ("viewers.yaml:" in ended.err) == (text != "viewers: {}\n")


def test_a_port_that_is_taken_is_told_with_the_remedy(okr: Okr, root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = okr("serve", "--config", root, "--port", port)
    assert ended.code == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in ended.err
    assert "--port (0 takes any free one)" in ended.err


@pytest.mark.parametrize(
    "words", [["--port", "99999"], ["--port", "-1"], ["--host", "no such host", "--port", "0"]]
)
def test_an_address_that_is_none_is_told(okr: Okr, root: Path, words: list[str]) -> None:
    let_in(root, wall=with_token("all"))
    ended = okr("serve", "--config", root, *words)
    assert (ended.code, "is no port" in ended.err) == (2, True) or (
        ended.code,
        "cannot listen on no such host" in ended.err,
    ) == (1, True)


def test_an_empty_store_is_told_of_kindly(okr: Okr, root: Path, migrated_file: Path) -> None:
    for store in (root / "none-yet.db", migrated_file):
        ended = okr("serve", "--config", root, "--store", store)
        assert ended.code == 1
        assert f"nothing to show yet in {store}" in ended.err
        assert "okr sync records it. okr demo makes a store to look at." in ended.err
    assert not (root / "none-yet.db").exists()


def test_a_store_of_before_the_pages_is_not_called_empty(
    okr: Okr, root: Path, migrated_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "older.db"
    file.write_bytes(migrated_file.read_bytes())
    with Store.open(f"sqlite:///{file}") as store:
        Work.begin(store, "birch")
    ended = okr("serve", "--config", root, "--store", file)
    assert ended.code == 1
    assert f"{file} holds figures, but not yet the words for the pages" in ended.err
    assert "one okr sync adds them" in ended.err
    assert "demo" not in ended.err
