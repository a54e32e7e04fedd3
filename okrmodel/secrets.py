"""References to secrets: what a config holds instead of a password.

`${NAME}` is an environment variable, `${file:PATH}` the content of a file and
`${prefect:BLOCK}` a Prefect Secret block. Nothing in this room resolves one.
"""

import re
from typing import Any, Literal, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

SecretKind = Literal["env", "file", "prefect"]

_FORMS: tuple[tuple[SecretKind, re.Pattern[str]], ...] = (
    ("env", re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")),
    ("file", re.compile(r"\$\{file:([^${}]+)\}")),
    ("prefect", re.compile(r"\$\{prefect:([a-z0-9][a-z0-9-]*)\}")),
)
_JSON_PATTERN = r"^\$\{([A-Za-z_][A-Za-z0-9_]*|file:[^${}]+|prefect:[a-z0-9][a-z0-9-]*)\}$"


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
            "a secret stands here in plain text, expected a reference such as ${{NAME}},"
            " ${{file:PATH}} or ${{prefect:BLOCK}}",
        )
    return found
