"""What asking the sources again came to, in words and as plain values."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from flows.edges import Edges
from flows.places import Place
from flows.verify import Unverified, Verified, verify
from flows.view import open_view
from okrapp.refusals import expected_errors
from okrmodel.exact import plain
from okrmodel.explanation import Asked

Result = Verified | Unverified

_SHOWN = 10
"""Windows that differ, of a metric, before the rest are counted."""


def verified(place: Place, asked: Sequence[Asked]) -> tuple[Result, ...]:
    """The answers, asked for once more.

    Raises:
        Exit: The config has errors, so nobody knows whom to ask.
    """
    with expected_errors(), open_view(place, Edges()) as view:
        return tuple(verify(view, asked))


def is_wrong(results: Iterable[Result]) -> bool:
    """Whether a source says something else than what was final."""
    return any(isinstance(one, Verified) and one.wrong for one in results)


def is_unanswered(results: Iterable[Result]) -> bool:
    """Whether a source that was asked again did not answer."""
    return any(isinstance(one, Unverified) and one.failed for one in results)


def verdicts(results: Sequence[Result]) -> Iterator[str]:
    """Lines for people."""
    yield "\nAsked again"
    for metric in dict.fromkeys(one.metric for one in results):
        mine = [one for one in results if one.metric == metric]
        unverified = [one.why for one in mine if isinstance(one, Unverified)]
        windows = [one for one in mine if isinstance(one, Verified)]
        if unverified:
            yield f"  {metric}: not verified, {unverified[0]}"
        else:
            yield from _of_metric(metric, windows)
    if is_wrong(results):
        yield "  The source has changed what was final: okr sync finds it and restates."


def _of_metric(metric: str, windows: Sequence[Verified]) -> Iterator[str]:
    other = [one for one in windows if not one.same]
    same = len(windows) - len(other)
    noun = "window" if len(windows) == 1 else "windows"
    if not other:
        yield f"  {metric}: the same now, {same} {noun}"
        return
    yield f"  {metric}: {same} of {len(windows)} {noun} the same now"
    for one in other[:_SHOWN]:
        why = f" (was {one.provisional.value}: expected)" if one.provisional else ""
        yield f"    {one.window}: {_number(one.stored)}, now {_number(one.now)}{why}"
    if len(other) > _SHOWN:
        yield f"    and {len(other) - _SHOWN} more"


def _number(value: Decimal | None) -> str:
    return "no data" if value is None else plain(value)


def verdicts_json(results: Iterable[Result]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [_as_json(one) for one in results]


def _as_json(one: Result) -> dict[str, Any]:
    if isinstance(one, Unverified):
        return {"metric": one.metric, "verified": False, "why": one.why}
    return {
        "metric": one.metric,
        "verified": True,
        "start": one.window.start.isoformat(),
        "end": one.window.end.isoformat(),
        "stored": None if one.stored is None else plain(one.stored),
        "now": None if one.now is None else plain(one.now),
        "same": one.same,
        "provisional": one.provisional.value if one.provisional else None,
    }
