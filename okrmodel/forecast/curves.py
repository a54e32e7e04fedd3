"""Distinct counts: last cycle's curve says how much of them is there by now.

Who came before is not counted again, so that such a count grows fast first and slowly later; no
straight line and no sum of days tells how. Last cycle's value at the same place, and its final one,
do.
"""

from decimal import Decimal

from okrmodel.exact import exactly
from okrmodel.forecast.counts import at_rate
from okrmodel.forecast.outlook import Outlook

OVERLAP = Decimal(2)
"""Variance ÷ mean of distinct counts: people come in company, and some are counted again under
another name, as in a source's estimates. No daily values tell it, for they overlap."""
CHANGE = Decimal("0.1")
"""Two cycles' curves differ in what is still to come by a tenth, as a standard deviation. A single
curve cannot tell by how much; the back-test of the KR does."""
METHOD = "last cycle's curve, shrunk towards the plan"


@exactly
def curve(so_far: Decimal, target: Decimal, then: Decimal, then_final: Decimal) -> Outlook:
    """The outlook of a distinct count: so_far × then_final ÷ then, shrunk towards the plan.

    The interval rests on three things: how far the rate is off the plan, as for `counts`; the
    chance in last cycle's two parts, before this place and after it; and that a curve changes from
    cycle to cycle (`CHANGE`).

    Args:
        so_far: The distinct count of this cycle by now.
        target: What it is planned to be in the end, above 0.
        then: Last cycle's, at the same place; 0 tells nothing, and the plan alone speaks.
        then_final: Last cycle's in the end, above 0.

    Raises:
        ValueError: The target or last cycle's final value is not above 0.
    """
    if then_final <= 0:
        raise ValueError(f"last cycle's final value is {then_final}: there is no curve in it")
    passed = min(max(then / then_final, Decimal(0)), Decimal(1))
    after = then_final - then
    unsure = CHANGE**2 + (OVERLAP / then + OVERLAP / after if 0 < passed < 1 else 0)
    return at_rate(so_far, target, passed, OVERLAP, method=METHOD, unsure=unsure)
