"""References to secrets: what a config holds instead of a password.

`${NAME}` is an environment variable, `${file:PATH}` the content of a file and
`${prefect:BLOCK}` a Prefect Secret block; `${forgotten:2026-11-25}` stands where there was one until
the workspace was left on that day. Nothing in this room resolves one. Also here: which
texts look like a secret that somebody wrote down after all.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

SecretKind = Literal["env", "file", "prefect", "forgotten"]

_FORMS: tuple[tuple[SecretKind, re.Pattern[str]], ...] = (
    ("env", re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")),
    ("file", re.compile(r"\$\{file:([^${}]+)\}")),
    ("prefect", re.compile(r"\$\{prefect:([a-z0-9][a-z0-9-]*)\}")),
    ("forgotten", re.compile(r"\$\{forgotten:(\d{4}-\d{2}-\d{2})\}")),
)
_JSON_PATTERN = (
    r"^\$\{([A-Za-z_][A-Za-z0-9_]*|file:[^${}]+|prefect:[a-z0-9][a-z0-9-]*"
    r"|forgotten:\d{4}-\d{2}-\d{2})\}$"
)

_SHAPES = re.compile(
    r"""
    \bpat-[a-z]{2,3}\d{0,2}-[0-9A-Za-z-]{8,}     # HubSpot private app
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*        # JSON web token
    | \b(?:AKIA|ASIA)[0-9A-Z]{16}\b             # AWS access key
    | \bAIza[\w-]{30,}                          # Google API key
    | \bya29\.[\w.-]{20,}                       # Google access token
    | \b(?:gh[pousr]_|github_pat_)\w{20,}       # GitHub
    | \bxox[abeoprs]-[\w-]{10,}                 # Slack
    | \bsk[-_](?:live|test|proj|ant)[\w-]{16,}  # Stripe and others
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----
    | (?i:\bbearer)\s+[\w.~+/=-]{16,}
    | \b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:(?!\$\{)[^\s/@]+@  # password in a URL
    """,
    re.VERBOSE,
)


def looks_secret(text: str) -> bool:
    """Whether a known form of token, key or password in a URL stands in the text."""
    return _SHAPES.search(text) is not None


def redacted(text: str) -> str:
    """The text with everything of such a form replaced by asterisks."""
    return _SHAPES.sub("***", text)


def secret_offsets(text: str) -> Iterator[int]:
    """Where in the text each of them begins."""
    return (found.start() for found in _SHAPES.finditer(text))


class SecretRef:
    """Where a secret is to be found; never the secret itself."""

    __slots__ = ("kind", "name")

    def __init__(self, kind: SecretKind, name: str) -> None:
        self.kind: SecretKind = kind
        self.name = name

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The reference that the text is, or None when it is none."""
        for kind, form in _FORMS:
            if found := form.fullmatch(text):
                return cls(kind, found[1])
        return None

    def __str__(self) -> str:
        return f"${{{self.name}}}" if self.kind == "env" else f"${{{self.kind}:{self.name}}}"

    def __repr__(self) -> str:
        return f"SecretRef({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretRef) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validated, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": _JSON_PATTERN}


def _validated(value: object) -> SecretRef:
    if isinstance(value, SecretRef):
        return value
    found = SecretRef.parse(value) if isinstance(value, str) else None
    if found is None:
        # The value itself stays out of the message: it may be the secret.
        raise PydanticCustomError(
            "plain_secret",
            "a secret stands here in plain text, expected a reference such as ${NAME},"
            " ${file:PATH} or ${prefect:BLOCK}",
        )
    return found
