"""What is kept of a password, and how long it takes to check one. Here with the real scrypt."""

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable

import pytest

from okrapp.web import passwords
from okrapp.web.passwords import (
    COST,
    Busy,
    Checks,
    Cost,
    new_token,
    password_digest,
    token_digest,
)
from okrmodel.definitions.viewers import PASSWORD_FORM, TOKEN_FORM
from okrmodel.secrets import looks_secret

PASSWORD = "zażółć gęślą jaźń"


@pytest.fixture(scope="module")
def digest() -> str:
    return password_digest(PASSWORD)


def right(secret: str, digest: str | None, every: list[str] | None = None) -> bool:
    return asyncio.run(Checks().is_right(secret, digest, every or []))


def test_the_digest_is_what_owasp_asks_for_and_what_the_file_takes(digest: str) -> None:
    assert COST == (17, 8, 1)
    assert digest.startswith("scrypt$17$8$1$")
    assert PASSWORD_FORM.fullmatch(digest)
    assert not looks_secret(f'ewa: {{ password: "{digest}" }}')
    assert password_digest(PASSWORD) != digest, "each has salt of its own"


def test_it_is_scrypt_as_the_standard_library_computes_it(digest: str) -> None:
    *_, salt, key = digest.split("$")
    expected = hashlib.scrypt(
        PASSWORD.encode(), salt=passwords._bytes(salt), n=2**17, r=8, p=1, maxmem=2**28, dklen=32
    )
    assert passwords._bytes(key) == expected


def test_the_right_one_is_right_however_the_keyboard_composes_it(digest: str) -> None:
    assert right(PASSWORD, digest)
    assert right("zaz\u0307o\u0301łc\u0301 ge\u0328s\u0301la\u0328 jaz\u0301n\u0301", digest)
    assert not right(PASSWORD + " ", digest)
    assert not right(PASSWORD, None, [digest])


def test_of_a_token_a_plain_digest_is_enough() -> None:
    token = new_token()
    assert len(token) == 43
    assert TOKEN_FORM.fullmatch(token_digest(token))
    assert token_digest(new_token()) != token_digest(token)


Derived = list[Cost]


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> Derived:
    """What was computed, instead of the time that it takes."""
    found: Derived = []

    def cheap(password: str, salt: bytes, cost: Cost) -> bytes:
        found.append(cost)
        return hashlib.sha256(password.encode() + salt).digest()

    monkeypatch.setattr(passwords, "_derived", cheap)
    return found


def test_an_unknown_name_takes_as_long_as_the_dearest_known_one(
    digest: str, derived: Derived
) -> None:
    dear = digest.replace("scrypt$17$8$1$", "scrypt$18$8$1$")
    token = token_digest("a token")
    assert not right("x", None, [digest, dear, token])
    assert not right("x", token, [digest, dear, token])
    assert right("a token", token, [digest, token])
    assert not right("x", dear, [dear])
    assert derived == [Cost(18, 8, 1), Cost(18, 8, 1), COST, Cost(18, 8, 1)]
    assert not right("x", None)
    assert derived[-1] == COST


def test_by_the_clock_nobody_is_told_from_somebody(digest: str) -> None:
    def seconds(kept: str | None) -> float:
        best = 9.0
        for _ in range(2):
            began = time.process_time()
            right("wrong", kept, [digest])
            best = min(best, time.process_time() - began)
        return best

    known, unknown, token = seconds(digest), seconds(None), seconds(token_digest("x"))
    assert max(known, unknown, token) < 1.5 * min(known, unknown, token)


def gated(
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[threading.Event, threading.Barrier, Callable[[], int]]:
    """Checks that take until they are let go, where two meet, and how many there were at once."""
    go, lock, both = threading.Event(), threading.Lock(), threading.Barrier(3, timeout=20)
    under_way, most = 0, 0

    def slow(*_: object) -> bytes:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        if not go.is_set():
            both.wait()
        go.wait(20)
        with lock:
            under_way -= 1
        return b""

    monkeypatch.setattr(passwords, "_derived", slow)
    return go, both, lambda: most


def test_two_are_checked_at_once_and_the_loop_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    go, both, most = gated(monkeypatch)

    async def many() -> list[bool | BaseException]:
        checks = Checks()
        running = [asyncio.ensure_future(checks.is_right("x", None, ())) for _ in range(25)]
        await asyncio.to_thread(both.wait)
        go.set()
        return await asyncio.gather(*running, return_exceptions=True)

    ended = asyncio.run(many())
    assert most() == 2
    assert sum(isinstance(one, Busy) for one in ended) == 5
    assert sum(one is False for one in ended) == 20
