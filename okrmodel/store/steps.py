"""Recording what a step's answers make known: checks, and new revisions where they differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from okrmodel.exact import canonical, sha256
from okrmodel.observations import Evidence, Key, Observation
from okrmodel.snapshot import Known
from okrmodel.store.engine import insert_new
from okrmodel.store.observations import Latest, latest
from okrmodel.store.runs import Run
from okrmodel.store.store import Lease, Recording, Store
from okrmodel.store.tables import CheckRow, EvidenceRow, ObservationRow
from okrmodel.windows import Window


@dataclass(frozen=True, slots=True)
class Change:
    """What snapshots will read otherwise from now on: a value, or whether it is final."""

    before: Known | None
    """None: nothing was known."""
    after: Known


def record_step(
    store: Store, run: Run, lease: Lease, answers: Sequence[Observation], zone: ZoneInfo
) -> tuple[Change, ...]:
    """Record a step's answers together, and tell what changed by them.

    Every answer is a check. It is a new revision, too, when its value or flags differ from the
    latest's; other bytes for the same value are not.

    Args:
        store: Where it is kept.
        run: The run that asked.
        lease: The run's lease of the workspace.
        answers: One for each fingerprint and window.
        zone: The workspace's, in which windows end.

    Raises:
        LeaseLost: Another run has the workspace by now; nothing was recorded.
        ValueError: A window was answered twice.
    """
    given = {(answer.fingerprint, answer.window): answer for answer in answers}
    if len(given) < len(answers):
        raise ValueError("a step answered the same window of the same question twice")
    if not given:
        return ()
    with store.recording(run.workspace, lease) as recording:
        step = _Step(recording, run, zone, given)
        before = latest(recording.connection, run.workspace, _windows(given))
        numbers = {key: each.known.id for key, each in before.items()}
        numbers |= step.add_revisions(before)
        after = step.add_checks(before, numbers)
    return tuple(
        Change(old, new)
        for key, new in after.items()
        if _read(old := before[key].known if key in before else None) != _read(new)
    )


def _windows(keys: Iterable[Key]) -> dict[str, list[Window]]:
    windows: dict[str, list[Window]] = {}
    for fingerprint, window in keys:
        windows.setdefault(fingerprint, []).append(window)
    return windows


def _read(known: Known | None) -> tuple[Any, ...] | None:
    """What snapshots read of it."""
    return (known.value, known.provisional, known.restated) if known else None


def _restated(answer: Observation, old: Latest | None) -> bool:
    """Whether a value that had been final was ever changed."""
    if old is None:
        return False
    was_final = old.known.provisional is None
    return old.known.restated or (was_final and answer.value != old.known.value)


def _is_new(answer: Observation, old: Latest | None) -> bool:
    return old is None or answer.value != old.known.value or answer.flags != old.flags


def _shared(evidence: Evidence) -> dict[str, Any]:
    """What the answers of a step have in common: all but what was counted for one window."""
    return {name: value for name in _SHARED if (value := getattr(evidence, name)) is not None}


_SHARED = {each.name for each in fields(Evidence)} - {"records", "null_amounts"}


class _Step:
    """The answers of a step, on their way into the store."""

    def __init__(
        self, recording: Recording, run: Run, zone: ZoneInfo, given: Mapping[Key, Observation]
    ) -> None:
        self._connection = recording.connection
        self._signed = {"recorded_at": recording.at, "run": run.id}
        self._workspace = run.workspace
        self._zone = zone
        self._given = given
        self._bodies: dict[str, dict[str, Any]] = {}
        """The evidence, each different one once, by its digest."""
        self._digests: dict[Key, str] = {}
        for key, answer in given.items():
            body = _shared(answer.evidence)
            digest = sha256(canonical(body))
            self._digests[key] = digest
            self._bodies[digest] = body

    def add_revisions(self, before: Mapping[Key, Latest]) -> dict[Key, int]:
        """Add the answers that are new, with their evidence; their ids."""
        new = [key for key, answer in self._given.items() if _is_new(answer, before.get(key))]
        if not new:
            return {}
        self._add_evidence({self._digests[key] for key in new})
        added = self._connection.execute(
            insert(ObservationRow).returning(
                ObservationRow.id,
                ObservationRow.fingerprint,
                ObservationRow.starts,
                ObservationRow.ends,
            ),
            [self._revision(key, before.get(key)) for key in new],
        )
        return {(row.fingerprint, Window(row.starts, row.ends)): row.id for row in added}

    def _add_evidence(self, digests: Iterable[str]) -> None:
        rows = [
            {"workspace": self._workspace, "digest": digest, "body": self._bodies[digest]}
            for digest in digests
        ]
        insert_new(self._connection, EvidenceRow, rows)

    def _revision(self, key: Key, old: Latest | None) -> dict[str, Any]:
        answer = self._given[key]
        return {
            "workspace": self._workspace,
            "fingerprint": answer.fingerprint,
            "starts": answer.window.start,
            "ends": answer.window.end,
            "revision": old.revision + 1 if old else 1,
            "value": answer.value,
            "flags": sorted(answer.flags),
            "restated": _restated(answer, old),
            "settles": answer.settles,
            "evidence": self._digests[key],
            "records": answer.evidence.records,
            "null_amounts": answer.evidence.null_amounts,
            "observed_at": answer.observed_at,
            **self._signed,
        }

    def add_checks(
        self, before: Mapping[Key, Latest], numbers: Mapping[Key, int]
    ) -> dict[Key, Known]:
        """Add a check of every answer; what is known of each by now."""
        rows = [
            {
                "observation": numbers[key],
                "provisional": answer.provisional(self._zone),
                "digest": self._digests[key],
                "observed_at": answer.observed_at,
                **self._signed,
            }
            for key, answer in self._given.items()
        ]
        added = self._connection.execute(
            insert(CheckRow).returning(CheckRow.id, CheckRow.observation), rows
        )
        checks = {row.observation: row.id for row in added}
        return {
            key: Known(
                id=numbers[key],
                check=checks[numbers[key]],
                fingerprint=answer.fingerprint,
                window=answer.window,
                value=answer.value,
                observed_at=answer.observed_at,
                provisional=answer.provisional(self._zone),
                restated=_restated(answer, before.get(key)),
                records=answer.evidence.records,
            )
            for key, answer in self._given.items()
        }
