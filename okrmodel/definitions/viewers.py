"""viewers.yaml: who may read the pages, and of which workspaces. It holds digests, no secrets."""

import re
from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from okrmodel.definitions.base import Definition, Id

PASSWORD_FORM = re.compile(
    r"^scrypt\$(1[78])\$(8)\$([1-4])\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$"
)
"""scrypt$<log2 of N>$<r>$<p>$<16 bytes of salt>$<32 bytes of key>; nothing below what OWASP asks
for (N = 2^17, r = 8, p = 1), nothing that takes more than 256 MB to check."""
TOKEN_FORM = re.compile(r"^sha256\$([A-Za-z0-9_-]{43})$")
"""sha256$<32 bytes>; enough for a token, which nobody can guess."""


def _digest(form: re.Pattern[str], what: str) -> Callable[[object], str]:
    def checked(raw: object) -> str:
        if isinstance(raw, str) and form.fullmatch(raw):
            return raw
        # Without the value: it may be the password itself.
        raise PydanticCustomError("digest", "expected {what}", {"what": what})

    return checked


PasswordDigest = Annotated[
    str,
    BeforeValidator(
        _digest(PASSWORD_FORM, "a digest `scrypt$…`, never the password; okr viewer add makes it")
    ),
    WithJsonSchema({"type": "string", "pattern": PASSWORD_FORM.pattern}),
]
TokenDigest = Annotated[
    str,
    BeforeValidator(
        _digest(TOKEN_FORM, "a digest `sha256$…`, never the token; okr viewer add --token makes it")
    ),
    WithJsonSchema({"type": "string", "pattern": TOKEN_FORM.pattern}),
]


class Admission(Definition):
    """What lets a viewer in, and to what."""

    password: PasswordDigest | None = None
    """Of a person: the digest of the password. `okr viewer add` writes it."""
    token: TokenDigest | None = None
    """Of a wall screen or a program: the digest of its token. `okr viewer add --token` writes it."""
    workspaces: Literal["all"] | Annotated[tuple[Id, ...], Field(min_length=1)]
    """The ids of those that may be seen, or `all`."""

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.password is None) == (self.token is None):
            raise PydanticCustomError("one_secret", "expected either a password or a token")
        return self

    @property
    def digest(self) -> str:
        """Of whichever there is; another one ends the sessions that began with it."""
        return self.password or self.token or ""


class ViewersFile(Definition):
    """viewers.yaml: who may read the pages of `okr serve`."""

    viewers: dict[Id, Admission]
    """By the names that they sign in with."""
