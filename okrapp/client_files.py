"""A new client's folder in an agency's root: its files, whole or not at all."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.registry import catalogue
from flows.whole_folder import whole_folder
from okrapp.beginnings import current_quarter, filled
from okrapp.exits import FAILED, USAGE, Exit
from okrmodel.lint.draft import METRICS_FILE, WORKSPACE_FILE
from okrmodel.problems import Severity, with_lines
from okrmodel.reading.company import read_company
from okrmodel.reading.files import CHECK_INS, CLIENTS, CYCLES
from okrmodel.secrets import SecretRef
from okrmodel.suggestion import did_you_mean

KEYS = {
    "hubspot": ("portal", "token"),
    "ga4": ("property", "credentials"),
    "sql": ("database", "url"),
}
"""Under what a connection of a kind says its account, and where its secret is."""
_ACCOUNT = {
    "hubspot": (re.compile(r"[1-9][0-9]*"), "the portal id, a number (Settings > Account)"),
    "ga4": (re.compile(r"[1-9][0-9]*"), "the property id, a number (Admin > Property details)"),
    "sql": (re.compile(r"[^\n]+"), "the database's name"),
}


@dataclass(frozen=True)
class Connected:
    """A connection that the client begins with."""

    connector: str
    account: str
    secret: SecretRef
    """Where its secret is; the secret itself is never asked for."""

    @classmethod
    def of(cls, connector: str, account: str, secret: str) -> "Connected":
        """From what was typed.

        Raises:
            Exit: It is none; what was typed for the secret is not shown, for it may be one.
        """
        if connector not in KEYS:
            hint = did_you_mean(connector, KEYS) or f"; expected one of {', '.join(KEYS)}"
            raise Exit(USAGE, f"no connector {connector!r} can be set up like this{hint}")
        form, expected = _ACCOUNT[connector]
        if not form.fullmatch(account):
            raise Exit(USAGE, f"{account!r} is no account of {connector}; expected {expected}")
        found = SecretRef.parse(f"${{{secret}}}")
        if found is None or found.kind == "forgotten":
            raise Exit(
                USAGE,
                f"what is said of the secret of {connector} is no name of an environment variable"
                " (or file:PATH, or prefect:BLOCK). Never give the secret itself: if you did,"
                " replace it at the source.",
            )
        return cls(connector, account, found)

    @classmethod
    def parse(cls, text: str) -> "Connected":
        """From `hubspot:12345678:HUBSPOT_TOKEN_BIRCH`.

        Raises:
            Exit: It is none.
        """
        connector, _, rest = text.partition(":")
        account, _, secret = rest.partition(":")
        return cls.of(connector, account, secret)

    def lines(self) -> str:
        """Its entry in workspace.yaml."""
        account, secret = KEYS[self.connector]
        told = self.account if self.connector == "hubspot" else json.dumps(self.account)
        return (
            f"  {self.connector}:\n    connector: {self.connector}\n    {account}: {told}\n"
            f"    {secret}: {self.secret} # where the secret is, never the secret itself\n"
        )


def write_client(
    root: Path,
    client: str,
    words: Mapping[str, str],
    connected: Iterable[Connected],
    schemas: Path,
) -> list[str]:
    """Write a client's files; returns their names, from the root on.

    Args:
        root: The agency's.
        client: Its id.
        words: `name`, `timezone` and `currency`.
        connected: What it is connected to; each connector once.
        schemas: The folder with the JSON Schemas.

    Raises:
        Exit: Its folder is there, or lint would complain of the files.
    """
    folder = root / CLIENTS / client
    texts = _texts(client, words, {one.connector: one for one in connected})
    try:
        with whole_folder(folder) as draft:
            for name, text in texts.items():
                file = draft / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(_with_schema(text, folder / name, schemas), "utf-8")
            reading = read_company(draft, catalogue())
            wrong = tuple(p for p in reading.problems if p.severity is Severity.ERROR)
            if wrong:
                raise Exit(FAILED, "\n".join([*with_lines(wrong, draft), "\nNothing was written."]))
    except FileExistsError:
        raise Exit(FAILED, f"{folder} exists already; nothing was written") from None
    return [(folder / name).relative_to(root).as_posix() for name in texts]


def _texts(
    client: str, words: Mapping[str, str], connected: Mapping[str, Connected]
) -> dict[str, str]:
    cycle, last_day = current_quarter(words["timezone"])
    told = {
        "id": json.dumps(client),
        "name": json.dumps(words["name"], ensure_ascii=False),
        "timezone": words["timezone"],
        "currency": words["currency"],
        "cycle": cycle,
        "due": last_day.isoformat(),
    }
    workspace = filled("workspace.yaml", told).partition("connections:\n")[0]
    workspace += "connections:\n" + "".join(one.lines() for one in connected.values())
    if not connected:
        workspace = workspace.removesuffix("connections:\n") + _UNCONNECTED
    metrics, known = _metrics(filled("metrics.yaml", told), connected)
    texts = {
        WORKSPACE_FILE: workspace,
        METRICS_FILE: metrics,
        f"{CYCLES}/{cycle}.yaml": _key_results(filled("okrs.yaml", told), known),
        f"{CHECK_INS}/{cycle}.yaml": filled("checkins.yaml", told),
    }
    return {name: text for name, text in texts.items() if text}


_UNCONNECTED = """\
# connections:
#   hubspot:
#     connector: hubspot
#     portal: 12345678
#     token: ${HUBSPOT_TOKEN}
"""


def _metrics(text: str, connected: Mapping[str, Connected]) -> tuple[str, set[str]]:
    """The template's metrics that these connections can answer; none where there is none."""
    head, *blocks = re.split(r"(?m)^(?=  [a-z_0-9]+:\n)", text)
    known: set[str] = set()
    kept = [head]
    for block in blocks:
        name = block.strip().partition(":")[0]
        connection = re.search(r"connection: (\S+)", block)
        parts = set(re.findall(r"(?:numerator|denominator): (\w+)", block))
        if connection[1] in connected if connection else parts <= known:
            known.add(name)
            kept.append(block)
    return ("".join(kept).rstrip("\n") + "\n" if known else ""), known


def _key_results(text: str, metrics: set[str]) -> str:
    """The template's key results on these metrics, and those on none."""
    blocks = re.split(r"(?m)^(?=      - id: |    actions:)", text)
    used = [re.search(r"metric: (\w+)", block) for block in blocks]
    return "".join(
        block for block, found in zip(blocks, used, strict=True) if not found or found[1] in metrics
    )


def _with_schema(text: str, file: Path, schemas: Path) -> str:
    """The first line names the schema; where the file will stand, it is elsewhere."""
    above = Path(os.path.relpath(schemas, file.parent)).as_posix()
    return re.sub(r"\$schema=\S*?([a-z]+\.schema\.json)", rf"$schema={above}/\1", text, count=1)
