"""What sources said when a config was linted against them, kept for a day in a small file.

No secret is ever in it: findings are told to people anyway, values and times are figures.
"""

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.contract import Finding, Written
from flows.places import Place
from okrmodel.exact import plain

FOLDER = "okr-live"
"""Beside an SQLite store; with another store, beside the config. It has a file a workspace."""
LASTS = timedelta(hours=24)
_FORM = 1


@dataclass(frozen=True)
class Answer:
    """What a source said of a question over a window."""

    value: Decimal | None
    """None is "no data"."""
    asked_at: datetime
    """When the source answered, in the workspace's world; aware."""


@dataclass
class Memory:
    """What was said not longer ago than `LASTS`, by the real clock."""

    file: Path
    now: datetime
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def findings(self, key: str) -> tuple[Finding, ...] | None:
        """What an examination found; None: it is to be made."""
        found = self.said.get(key)
        return None if found is None else tuple(map(_finding, found["findings"]))

    def keep_findings(self, key: str, findings: Sequence[Finding]) -> None:
        """Remember them."""
        self._keep(key, {"findings": [asdict(finding) for finding in findings]})

    def answer(self, key: str) -> Answer | None:
        """What was answered; None: it is to be asked."""
        found = self.said.get(key)
        if found is None:
            return None
        value = found["value"]
        asked_at = datetime.fromisoformat(found["asked_at"])
        return Answer(None if value is None else Decimal(value), asked_at)

    def keep_answer(self, key: str, answer: Answer) -> None:
        """Remember it."""
        value = None if answer.value is None else plain(answer.value)
        self._keep(key, {"value": value, "asked_at": answer.asked_at.isoformat()})

    def since(self, key: str) -> datetime:
        """When something that is remembered was said, by the real clock."""
        return datetime.fromisoformat(self.said[key]["kept_at"])

    def write(self) -> None:
        """Keep it for the next run. Where nothing can be written, that costs calls and no facts."""
        draft = self.file.with_suffix(".new")
        with contextlib.suppress(OSError):
            self.file.parent.mkdir(exist_ok=True)
            text = json.dumps({"form": _FORM, "said": self.said}, ensure_ascii=False)
            draft.write_text(text, "utf-8")
            draft.replace(self.file)

    def _keep(self, key: str, what: dict[str, Any]) -> None:
        self.said[key] = what | {"kept_at": self.now.astimezone(UTC).isoformat()}


def recall(place: Place, now: datetime, *, fresh: bool) -> Memory:
    """What is remembered of a workspace.

    Args:
        place: Where it is.
        now: The real time; what is older than a day is forgotten.
        fresh: Forget everything.
    """
    file = _file(place)
    said = {} if fresh else _read(file)
    recent = {key: one for key, one in said.items() if _recent(one, now)}
    return Memory(file, now, recent)


def _file(place: Place) -> Path:
    folder = place.database.parent if place.database else place.root
    return folder / FOLDER / f"{place.workspace}.json"


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """Whatever cannot be read is asked again."""
    try:
        found = json.loads(file.read_text("utf-8"))
        return dict(found["said"]) if found["form"] == _FORM else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _recent(one: Any, now: datetime) -> bool:
    try:
        return timedelta() <= now - datetime.fromisoformat(one["kept_at"]) < LASTS
    except (ValueError, TypeError, KeyError):
        return False


def _finding(kept: dict[str, Any]) -> Finding:
    written = tuple(
        Written(one["fingerprint"], tuple(one["path"]), one["word"]) for one in kept["written"]
    )
    return Finding(**{**kept, "written": written})
