"""What asking the sources again came to, in words and as plain values."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from flows.edges import Edges
from flows.places import Place
from flows.verify import Unverified, Verified, verify
from flows.view import open_view
from okrapp.output import exact
from okrapp.refusals import expected_errors
from okrmodel.exact import counted, plain
from okrmodel.explanation import WHY, Asked, over
from okrmodel.windows import Window

Result = Verified | Unverified

_SHOWN = 10
"""Windows that differ, of a metric, before the rest are counted."""


def verified(place: Place, asked: Sequence[Asked]) -> tuple[Result, ...]:
    """The answers, asked for once more.

    Raises:
        Exit: The config has errors, so nobody knows whom to ask.
    """
    # Rich is for people: the other commands do without its tenth of a second.
    from okrapp.terminal import bars  # noqa: PLC0415

    with expected_errors(), bars() as listen, open_view(place, Edges(listen=listen)) as view:
        return tuple(verify(view, asked))


def is_wrong(results: Iterable[Result]) -> bool:
    """Whether a source says something else than what was final, or does not answer."""
    return any(one.failed if isinstance(one, Unverified) else one.wrong for one in results)


def verdicts(results: Sequence[Result], pinned: Collection[Window]) -> Iterator[str]:
    """Lines for people; `pinned` are the windows whose figures stay, whatever the source says."""
    for metric in dict.fromkeys(one.metric for one in results):
        mine = [one for one in results if one.metric == metric]
        yield from _of_metric(metric, [one for one in mine if isinstance(one, Verified)], pinned)
        whys = (one.why for one in mine if isinstance(one, Unverified))
        yield from (f"{metric}: not verified, {why}" for why in dict.fromkeys(whys))
    wrong = [one for one in results if isinstance(one, Verified) and one.wrong]
    if any(one.watched for one in wrong):
        yield (
            "What was final has changed at the source. okr sync compares it every night, reads it"
            " all again every week, and restates what has moved."
        )
    if not all(one.watched for one in wrong):
        yield (
            "What was final is another now at a source that is not asked again for what it had"
            " settled: okr sync and okr backfill leave the stored value as it is."
        )


def _of_metric(
    metric: str, windows: Sequence[Verified], pinned: Collection[Window]
) -> Iterator[str]:
    if not windows:
        return
    asked = counted(len(windows), "window")
    other = [one for one in windows if not one.same]
    if not other:
        yield f"{metric}: confirmed now, {asked} the same"
        return
    same = len(windows) - len(other)
    yield f"{metric}: {same} of {asked} the same now"
    for one in other[:_SHOWN]:
        why = f" (expected: {WHY[one.provisional]} then)" if one.provisional else ""
        stays = ", its figure stays pinned" if one.window in pinned and one.wrong else ""
        yield (
            f"  {over(one.window)}: stored {_number(one.stored)}, now {_number(one.now)}{why}{stays}"
        )
    if len(other) > _SHOWN:
        yield f"  and {len(other) - _SHOWN} more"


def _number(value: Decimal | None) -> str:
    return "no data" if value is None else plain(value)


def verdicts_json(results: Iterable[Result]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [_as_json(one) for one in results]


def _as_json(one: Result) -> dict[str, Any]:
    if isinstance(one, Unverified):
        return {
            "metric": one.metric,
            "verified": False,
            "why": one.why,
            "failed": one.failed,
        }
    return {
        "metric": one.metric,
        "verified": True,
        "start": one.window.start.isoformat(),
        "end": one.window.end.isoformat(),
        "stored": exact(one.stored),
        "now": exact(one.now),
        "same": one.same,
        "provisional": one.provisional.value if one.provisional else None,
    }
