"""Rules about the way from one value to another: from, target, commit, stretch, bounds."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from okrmodel.definitions.key_results import Maintain, Manual, Reach
from okrmodel.lint.draft import Draft, WrittenKeyResult
from okrmodel.lint.rule import Remark, Remarks, error
from okrmodel.observations import Aggregation
from okrmodel.problems import KeyPath

_COUNTED = (Aggregation.SUM, Aggregation.DISTINCT)


@error("target-missing")
def target_missing(draft: Draft) -> Remarks:
    """A scale has either one `target` or several dated `targets`."""
    for written, scale in draft.scales():
        if scale.target is None and not scale.targets:
            yield Remark(
                written.path, f"{written.named} has no target, expected `target` or `targets`"
            )
        elif scale.target is not None and scale.targets:
            yield Remark(
                (*written.path, "targets"),
                f"{written.named} has both `target` and `targets`, expected one of them",
            )


@error("from-missing")
def from_missing(draft: Draft) -> Remarks:
    """Where the way begins is not said, and it is not 0 by itself.

    Counts over the cycle or over a month to date begin at 0, and so do check-ins. Levels, rates and other windows have a
    value on the first day already: say which, or let it be measured.
    """
    for written, reach in draft.reaches():
        known = draft.aggregation(reach.metric) is not None
        if reach.from_ is None and known and not _starts_from_nothing(draft, reach):
            yield Remark(
                written.path,
                f"{written.named} does not say where it begins,"
                " expected `from` with a number, or `from: measured` with a `direction`",
            )


@error("from-not-zero")
def from_not_zero(draft: Draft) -> Remarks:
    """A count over the cycle, or over a month to date, starts from nothing, so `from` is 0.

    Last cycle's figure is `previous`: a comparison, never the zero of the scale.
    """
    for written, reach in draft.reaches():
        if reach.from_ and _starts_from_nothing(draft, reach):
            yield Remark(
                (*written.path, "from"),
                f"{written.named} counts over the {_period(reach)} from {reach.from_}, expected 0:"
                " the figure of the cycle before goes into `previous`",
            )


def _starts_from_nothing(draft: Draft, reach: Reach) -> bool:
    return (
        reach.window in {"cycle", "month_to_date"} and draft.aggregation(reach.metric) in _COUNTED
    )


def _period(reach: Reach) -> str:
    return "cycle" if reach.window == "cycle" else "month"


@error("manual-measured")
def manual_measured(draft: Draft) -> Remarks:
    """What people check in has no past to measure: `from` and targets are written as numbers."""
    for written, scale in draft.scales():
        if isinstance(scale, Manual) and _measures(written.path, scale):
            yield Remark(
                written.path,
                f"{written.named} is checked in by hand, so nothing of it can be measured,"
                " expected numbers in `from` and in its targets",
            )


@error("from-equals-target")
def from_equals_target(draft: Draft) -> Remarks:
    """From and target are the same number: there is no way between them."""
    for written, _, start, target, path in _ways(draft):
        if start == target:
            yield Remark(
                path,
                f"from and target of {written.named} are both {target},"
                " expected a way between them; to keep a value use `kind: maintain`",
            )


@error("direction-mismatch")
def direction_mismatch(draft: Draft) -> Remarks:
    """`direction` says otherwise than `from` and `target`."""
    for written, scale, start, target, path in _ways(draft):
        rises = target > start
        if scale.direction and start != target and rises != (scale.direction == "increase"):
            yield Remark(
                path,
                f"{written.named} is to {scale.direction}, but goes from {start} to {target}",
            )


Way = tuple[WrittenKeyResult, Reach | Manual, Decimal, Decimal, KeyPath]
"""Who goes, from where, to where, and where the target stands."""


def _ways(draft: Draft) -> Iterator[Way]:
    """Every way whose ends are both known numbers."""
    for written, scale in draft.scales():
        start = _start(draft, scale)
        for path, target in _targets(written.path, scale):
            if start is not None and isinstance(target, Decimal):
                yield written, scale, start, target, path


def _start(draft: Draft, scale: Reach | Manual) -> Decimal | None:
    if scale.from_ == "measured":
        return None
    if scale.from_ is None and isinstance(scale, Reach) and not _starts_from_nothing(draft, scale):
        return None
    return scale.from_ or Decimal(0)


def _targets(path: KeyPath, scale: Reach | Manual) -> Iterator[tuple[KeyPath, object]]:
    if scale.target is not None:
        yield (*path, "target"), scale.target
    for n, change in enumerate(scale.targets):
        yield (*path, "targets", n, "target"), change.target


@error("direction-missing")
def direction_missing(draft: Draft) -> Remarks:
    """What is measured later may lie on either side of the target, so the direction is said.

    When the measured value then already meets the target, that is an error and not a progress.
    """
    for written, scale in draft.scales():
        if _measures(written.path, scale) and scale.direction is None:
            yield Remark(
                written.path,
                f"{written.named} is measured from a value that nobody knows yet,"
                " expected `direction: increase` or decrease",
            )


def _measures(path: KeyPath, scale: Reach | Manual) -> bool:
    """Whether `from` or `previous` is to be measured, the latter perhaps for a target's sake."""
    previous = scale.previous if isinstance(scale, Reach) else None
    relative = any(isinstance(target, str) for _, target in _targets(path, scale))
    return "measured" in {scale.from_, previous} or (relative and previous is None)


@error("tier-order")
def tier_order(draft: Draft) -> Remarks:
    """From, commit, target and stretch follow one another in the direction of the target."""
    for written, scale, start, target, _ in _ways(draft):
        if scale.commit is None and scale.stretch is None:
            continue
        tiers = (("from", start), ("commit", scale.commit), ("target", target))
        known = [(n, v) for n, v in (*tiers, ("stretch", scale.stretch)) if v is not None]
        sign = 1 if target > start else -1
        for (lower, low), (higher, high) in pairwise(known):
            if sign * low >= sign * high:
                wanted = "above" if sign > 0 else "below"
                yield Remark(
                    (*written.path, higher if higher != "target" else lower),
                    f"{higher} {high} of {written.named} is not {wanted} {lower} {low},"
                    " expected the order from, commit, target, stretch",
                )


@error("guardrail-bound")
def guardrail_bound(draft: Draft) -> Remarks:
    """A guardrail has one bound, `at_least` or `at_most`, on another metric than its key result's."""
    for written, reach in draft.reaches():
        held = reach.guardrail
        if held is None:
            continue
        path = (*written.path, "guardrail")
        if (held.at_least is None) == (held.at_most is None):
            yield Remark(
                path, f"the guardrail of {written.named} needs one of at_least and at_most"
            )
        if held.metric == reach.metric:
            yield Remark(
                (*path, "metric"),
                f"the guardrail of {written.named} is its own metric, expected a second one",
            )


@error("shape-unfit")
def shape_unfit(draft: Draft) -> Remarks:
    """`shape: history` is for counts over the cycle without checkpoints: only these rise by habit."""
    for written, reach in draft.reaches():
        if reach.shape == "linear":
            continue
        if reach.plan:
            yield Remark(
                (*written.path, "shape"),
                f"{written.named} has checkpoints under `plan`, which are its shape already",
            )
        elif reach.window != "cycle" or draft.aggregation(reach.metric) not in {*_COUNTED, None}:
            yield Remark(
                (*written.path, "shape"),
                f"{written.named} is no count over the cycle, expected `shape: linear`",
            )


@error("bound-missing")
def bound_missing(draft: Draft) -> Remarks:
    """Maintain keeps a metric on one side of one bound, or between two."""
    for written in draft.key_results:
        kept = written.key_result
        if not isinstance(kept, Maintain):
            continue
        given = [k for k in ("at_least", "at_most", "between") if getattr(kept, k) is not None]
        if len(given) != 1:
            shown = " and ".join(given) or "no bound"
            yield Remark(
                (*written.path, *given[1:2]),
                f"{written.named} has {shown}, expected one of at_least, at_most and between",
            )
        elif kept.between and kept.between.low >= kept.between.high:
            low, high = kept.between.low, kept.between.high
            yield Remark(
                (*written.path, "between"),
                f"between of {written.named} goes from {low} to {high}, expected low below high",
            )
