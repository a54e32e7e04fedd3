"""`okr sandbox`: the pretend servers by themselves, until Ctrl-C."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.okrapp.conftest import Okr

OKR = str(Path(sys.executable).with_name("okr"))
FREE = ("--hubspot-port", "0", "--ga4-port", "0", "--ga4-rest-port", "0", "--contacts", "300")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_its_servers_are_and_stops_when_asked(ending: signal.Signals) -> None:
    words = (*FREE, "--now", "2026-11-01")
    with subprocess.Popen([OKR, "sandbox", *words], stderr=subprocess.PIPE, text=True) as sandbox:
        assert sandbox.stderr
        said = ""
        while "Ctrl-C stops them." not in said:
            line = sandbox.stderr.readline()
            assert line, said
            said += line
        found = re.search(r"HubSpot +(http://127\.0\.0\.1:\d+) +token (\S+)", said)
        assert found
        with urlopen(f"{found[1]}/_sandbox/clock", timeout=10) as answer:
            assert b"2026-11-01T00:00:00+00:00" in answer.read()
        sandbox.send_signal(ending)
        assert sandbox.wait(timeout=20) == 0
        assert sandbox.stderr.read() == ""


@pytest.mark.parametrize("option", ["--hubspot-port", "--ga4-port", "--ga4-rest-port"])
def test_a_port_that_is_taken_is_told_with_the_remedy(okr: Okr, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = [*FREE]
        words[words.index(option) + 1] = str(taken.getsockname()[1])
        ended = okr("sandbox", *words)
    assert ended.code == 1
    assert "a port is taken" in ended.err
    assert "--ga4-rest-port" in ended.err
