"""How far along the way a value is, and the score that goes with it."""

from decimal import Decimal
from itertools import pairwise

from okrmodel.exact import exactly

COMMIT_SCORE = Decimal("0.3")
TARGET_SCORE = Decimal("0.7")
"""What the target scores where a stretch stands above it (design, section 4)."""


@exactly
def progress(baseline: Decimal, target: Decimal, value: Decimal) -> Decimal:
    """The share of the way from baseline to target: 0 at the baseline, 1 at the target.

    (value - baseline) / (target - baseline), for increase and decrease alike, never clamped:
    below 0 the value went the wrong way, above 1 it went past the target.

    Raises:
        ValueError: Baseline and target are equal: there is no way to measure.
    """
    if baseline == target:
        raise ValueError(f"from and target are both {baseline}: there is no way between them")
    return (value - baseline) / (target - baseline)


@exactly
def score(raw: Decimal, commit: Decimal | None = None, stretch: Decimal | None = None) -> Decimal:
    """The score from 0 to 1 of a raw progress.

    Without commit and stretch, the progress itself, clamped. With them, linear between 0.3 at the
    commit, 0.7 at the target and 1 at the stretch; without a stretch the target scores 1.

    Args:
        raw: Progress, unclamped.
        commit: The progress that the commit value stands at.
        stretch: The progress that the stretch value stands at.
    """
    points = [(Decimal(0), Decimal(0))]
    if commit is not None:
        points.append((commit, COMMIT_SCORE))
    if stretch is None:
        points.append((Decimal(1), Decimal(1)))
    else:
        points += [(Decimal(1), TARGET_SCORE), (stretch, Decimal(1))]
    return interpolated(points, raw)


def interpolated(points: list[tuple[Decimal, Decimal]], at: Decimal) -> Decimal:
    """The piecewise linear curve through the points, level before the first and after the last."""
    if at <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if at < right:
            return low + (high - low) * (at - left) / (right - left)
    return points[-1][1]
