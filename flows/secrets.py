"""Turning a reference into the secret, just before a connector is built."""

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.errors import CredentialsError
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.secrets import SecretRef


def resolve(reference: SecretRef, root: Path) -> SecretStr:
    """The secret behind a reference; relative file names start at the workspace's folder.

    Raises:
        CredentialsError: There is nothing behind it. The message names the reference only.
    """
    match reference.kind:
        case "env":
            found = os.environ.get(reference.name, "")
        case "file":
            found = _from_file(reference, root)
        case "prefect":
            found = _from_prefect(reference)
        case "forgotten":
            found = ""
    if not found:
        raise CredentialsError(
            f"the secret {reference} is not set or empty",
            remedy=_REMEDIES[reference.kind].format(name=reference.name),
        )
    return SecretStr(found)


def resolve_all(options: ConnectionOptions, root: Path) -> dict[str, SecretStr]:
    """Every secret that a connection's options refer to, by option name.

    An entry of a mapping option is named `option.key`.

    Raises:
        CredentialsError: One of them is missing.
    """
    found: dict[str, SecretStr] = {}
    for name in type(options).model_fields:
        value = getattr(options, name)
        if isinstance(value, SecretRef):
            found[name] = resolve(value, root)
        elif isinstance(value, dict):
            found |= {
                f"{name}.{key}": resolve(item, root)
                for key, item in value.items()
                if isinstance(item, SecretRef)
            }
    return found


_REMEDIES = {
    "env": "set the environment variable {name}",
    "file": "write it into the file {name}",
    "prefect": "create the Secret block {name} in Prefect",
    "forgotten": "it was forgotten when the workspace was left on {name}",
}


def _from_file(reference: SecretRef, root: Path) -> str:
    try:
        return (root / reference.name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CredentialsError(
            f"the secret {reference} cannot be read: {error.strerror}",
            remedy=_REMEDIES["file"].format(name=reference.name),
        ) from None


def _from_prefect(reference: SecretRef) -> str:
    # Prefect takes most of a second to import: only who keeps secrets in it pays.
    from prefect.blocks.system import Secret  # noqa: PLC0415
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    if not PREFECT_API_URL.value():
        raise CredentialsError(
            f"the secret {reference} is in Prefect, and no Prefect API is configured",
            remedy="set PREFECT_API_URL, or use ${NAME} or ${file:PATH}",
        )
    try:
        block: Any = Secret.load(reference.name)
        return str(block.get())
    except ValueError:
        return ""
