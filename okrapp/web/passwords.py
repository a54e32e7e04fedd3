"""Passwords and tokens: what is kept of them, and whether one is right."""

import asyncio
import hashlib
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hmac import compare_digest
from typing import NamedTuple

from okrmodel.definitions.viewers import PASSWORD_FORM, TOKEN_FORM

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 1024
_AT_ONCE = 2
"""Each takes 128 MB and a core for a third of a second."""
_MOST_WAITING = 20


class Cost(NamedTuple):
    """What a guess costs, as scrypt counts it."""

    log_n: int
    r: int
    p: int


COST = Cost(17, 8, 1)
"""What OWASP asks for: 128 MB."""


class Busy(Exception):  # noqa: N818 - says what is the matter
    """So many passwords wait to be checked that another one would wait too long."""


def password_digest(password: str) -> str:
    """What viewers.yaml keeps of a password."""
    salt = secrets.token_bytes(16)
    told = (*COST, _text(salt), _text(_derived(password, salt, COST)))
    return f"scrypt${'$'.join(map(str, told))}"


def new_token() -> str:
    """A token that nobody can guess: 32 random bytes as text."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What viewers.yaml keeps of a token."""
    return f"sha256${_text(hashlib.sha256(token.encode()).digest())}"


class Checks:
    """Checking what people type, off the event loop, few at once."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="password")
        self._waiting = 0

    async def is_right(self, secret: str, digest: str | None, every: Iterable[str]) -> bool:
        """Whether a password or token is the one that a digest was made of.

        Args:
            secret: As it was typed.
            digest: The viewer's; None where there is no such viewer, which takes as long.
            every: The digests of all viewers.

        Raises:
            Busy: Too many wait already.
        """
        if self._waiting >= _MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            costliest = max(map(_cost, every), default=COST)
            return await loop.run_in_executor(self._pool, _is_right, secret, digest, costliest)
        finally:
            self._waiting -= 1


def _is_right(secret: str, digest: str | None, costliest: Cost) -> bool:
    """Alike for a person, a wall screen and nobody: how long it takes tells none from another."""
    kept = PASSWORD_FORM.fullmatch(digest or "")
    if kept is None:
        _derived(secret, b"nobody's salt ..", costliest)
        # A token is pasted, often with the end of its line.
        return digest is not None and compare_digest(token_digest(secret.strip()), digest)
    *_, salt, key = kept.groups()
    return compare_digest(_derived(secret, _bytes(salt), _cost(kept.string)), _bytes(key))


def _cost(digest: str) -> Cost:
    if TOKEN_FORM.fullmatch(digest):
        return COST
    log_n, r, p = digest.split("$")[1:4]
    return Cost(int(log_n), int(r), int(p))


def _derived(password: str, salt: bytes, cost: Cost) -> bytes:
    # The same letters, however a keyboard composes them.
    typed = unicodedata.normalize("NFKC", password[:MOST_CHARACTERS]).encode()
    n, r, p = 2**cost.log_n, cost.r, cost.p
    memory = 128 * r * (n + p + 2)
    return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=32)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
