"""All that a snapshot goes back to, gathered once for the page of text and the JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.registry import catalogue
from flows.backtest import Backtest, backtests
from flows.inputs import inputs
from flows.places import lint_place
from okrapp.output import exact
from okrapp.remembered import Remembered
from okrmodel.algebra import Observed
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Reach
from okrmodel.demand import measured
from okrmodel.exact import canonical
from okrmodel.explanation import WHY, Answer, Asked, Compared
from okrmodel.reading.company import Reading
from okrmodel.resolution import resolve
from okrmodel.shapes import shaped
from okrmodel.store.runs import StoredRun
from okrmodel.store.snapshots import Revision
from okrmodel.telling.evidence import StoredEvidence, stored_evidence
from okrmodel.windows import Window


@dataclass(frozen=True)
class Evidence(StoredEvidence):
    """A snapshot with everything behind it, the config of today included."""

    since: Revision | None
    """What is said otherwise since its cycle was frozen, and is not applied."""
    wanted: date | None
    """The day asked about, where it was named; the snapshot may be an earlier day's."""
    known_at: datetime | None
    written: dict[str, str]
    """Where the config has the key result and its metrics, by `key_result` or the metric's id."""
    config: str
    """How the config's definition compares with the one that was computed with."""
    unshaped: bool
    """Whether the plan is to follow history, and is a straight line for want of it."""
    tested: tuple[Backtest, ...]
    """How far off the forecasts of this key result were, oldest cycle first."""

    @property
    def pinned(self) -> frozenset[Window]:
        """The windows of measured figures, which stay as they were when they had settled."""
        keys = measured(self.closure, self.revision.snapshot.as_of)
        return frozenset(window for _, window in keys)


def gather(found: Remembered, wanted: date | None, known_at: datetime | None) -> Evidence | None:
    """Everything that the store and the config know of a snapshot; None where there was none."""
    told = found.told(wanted, known_at)
    revision = told.revisions.get(found.key_result)
    if revision is None:
        return None
    kept = stored_evidence(found.store, found.place.workspace, revision, known_at)
    closure = kept.closure
    reading = lint_place(found.place)
    return Evidence(
        **vars(kept),
        since=told.since.get(found.key_result),
        wanted=wanted,
        known_at=known_at,
        written=dict(_written(reading, closure)),
        config=_compared(reading, closure),
        unshaped=_unshaped(found, closure, revision.snapshot.as_of),
        tested=tuple(backtests(found.store, found.place.workspace, found.key_result)),
    )


def _unshaped(found: Remembered, closure: Closure, as_of: date) -> bool:
    scale = closure.key_result
    if not isinstance(scale, Reach) or scale.shape != "history":
        return False
    ((_, (given,)),) = inputs(found.store, found.place.workspace, [(closure, [as_of])])
    return shaped(closure, Observed(given.known), closure.day(as_of)) is None


def _written(reading: Reading, closure: Closure) -> Iterator[tuple[str, str]]:
    """The places of what the config still has."""
    company, places = reading.company, reading.places
    if company is None:
        return
    has = {(cycle.id, k.id) for cycle in company.cycles for _, k in cycle.key_results()}
    if closure.name in has:
        yield "key_result", str(places.key_result(*closure.name))
    for key in closure.measures.keys() & company.metrics.keys():
        yield key, str(places.metric(key))


def _compared(reading: Reading, closure: Closure) -> str:
    company = reading.company
    if company is None:
        return "the config has errors and cannot be compared; see okr lint"
    for cycle in company.cycles:
        for _, key_result in cycle.key_results():
            if (cycle.id, key_result.id) == closure.name:
                now = resolve(company, cycle, key_result, catalogue()).closure
                if now.definition_hash == closure.definition_hash:
                    return "the config says the same today"
                if now.computation_hash == closure.computation_hash:
                    return "the config differs by now, in words or overrides only"
                return "the config differs by now"
    return "the config does not have it any more"


def as_json(evidence: Evidence) -> dict[str, Any]:
    """The evidence as plain values; numbers as exact text, instants in UTC."""
    revision, closure = evidence.revision, evidence.closure
    return {
        "known_at": _instant(evidence.known_at),
        "snapshot": json.loads(revision.payload),
        "arithmetic": _plain(evidence.arithmetic),
        "unshaped": evidence.unshaped,
        "backtest": [_plain(tested) for tested in evidence.tested],
        "revision": {
            "number": revision.revision,
            "kind": revision.kind.value,
            "frozen": revision.snapshot.frozen,
            "recorded_at": _instant(revision.recorded_at),
            "run": _run(evidence.run),
        },
        "since": _since(evidence.since),
        "metrics": [
            _asked(each, closure.timezone)
            | {"compared": _comparison(evidence.compared.get(each.key))}
            for each in evidence.asked
        ],
        "definition": {
            "hash": revision.snapshot.definition_hash,
            "computation_hash": revision.snapshot.computation_hash,
            "written": evidence.written,
            "config": evidence.config,
            "text": json.loads(closure.text()),
        },
    }


def _run(run: StoredRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "id": run.id,
        "kind": run.kind,
        "parameters": dict(run.parameters),
        "began": _instant(run.began),
        "ended": _instant(run.ended),
        "result": run.result.value if run.result else None,
        "reason": run.reason,
    }


def _since(later: Revision | None) -> dict[str, Any] | None:
    if later is None:
        return None
    return {
        "number": later.revision,
        "kind": later.kind.value,
        "recorded_at": _instant(later.recorded_at),
        "snapshot": json.loads(later.payload),
    }


def _asked(one: Asked, zone: str) -> dict[str, Any]:
    measure, pinned = one.measure, one.pinned
    return {
        "metric": one.key,
        "name": measure.name,
        "unit": measure.unit or None,
        "connection": measure.connection,
        "connector": measure.connector,
        "account": measure.account,
        "aggregation": measure.aggregation.value,
        "query": measure.query,
        "fingerprint": measure.fingerprint,
        "requests": [{"sent": sent, "response_sha256": digest} for sent, digest in one.requests],
        "resolved": list(one.resolved),
        "zone": zone,
        "source_zones": list(one.zones),
        "currencies": list(one.currencies),
        "notes": list(one.notes),
        "observations": [
            _answer(answer, pinned=answer.known.id in pinned) for answer in one.answers
        ],
    }


def _comparison(found: Compared | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "start": found.window.start.isoformat(),
        "end": found.window.end.isoformat(),
        "total": exact(found.total),
        "stored_days": found.days,
        "stored_sum": exact(found.stored),
        "observed_at": _instant(found.observed_at),
    }


def _answer(answer: Answer, *, pinned: bool) -> dict[str, Any]:
    known = answer.known
    return {
        "id": known.id,
        "revision": answer.revision,
        "start": known.window.start.isoformat(),
        "end": known.window.end.isoformat(),
        "value": exact(known.value),
        "provisional": known.provisional.value if known.provisional else None,
        "provisional_because": WHY[known.provisional] if known.provisional else None,
        "restated": known.restated,
        "pinned": pinned,
        "flags": sorted(flag.value for flag in answer.flags),
        "records": answer.evidence.records,
        "null_amounts": answer.evidence.null_amounts,
        "check": known.check,
        "observed_at": _instant(known.observed_at),
        "recorded_at": _instant(answer.recorded_at),
        "run": answer.run,
    }


def _plain(value: object) -> Any:
    return json.loads(canonical(value))


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}"
