"""On track, at risk or off track: the named rules, and what each kind of key result asks for.

A rule judges raw progress against what is expected by now, both as shares of the way. Teams keep
the colours of the tool they came from. Everything is compared in decimals, to 20 places.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from okrmodel.definitions.workspace import StatusRule
from okrmodel.exact import edge, exactly, percent, short
from okrmodel.forecast.periods import chance_of_periods
from okrmodel.snapshot import Status

Rule = Callable[[Decimal, Decimal], Status]
"""From progress and expected to on_track, at_risk or off_track."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and the one sentence that says why."""

    status: Status
    reason: str


def viva_goals(progress: Decimal, expected: Decimal) -> Status:
    """Microsoft Viva Goals: behind by more than 0 points is Behind, by more than 25 At Risk."""
    return _by_points(expected - progress, Decimal(0), Decimal("0.25"))


def engagedly(progress: Decimal, expected: Decimal) -> Status:
    """Engagedly: less than 16.5 points behind is on track, 16.5 to 33 behind, more at risk."""
    behind = edge(expected - progress)
    if behind < Decimal("0.165"):
        return Status.ON_TRACK
    return Status.AT_RISK if behind <= Decimal("0.33") else Status.OFF_TRACK


def planview(progress: Decimal, expected: Decimal) -> Status:
    """Planview LeanKit: within 10 points is on track, the rest behind; there is no amber.

    Its page gives exactly 10 points to both sides; here they are on track, as "inclusively" says.
    """
    return _by_points(expected - progress, Decimal("0.10"), Decimal("0.10"))


def upraise(progress: Decimal, expected: Decimal) -> Status:
    """UpRaise: 0.95 of what is expected is on track, 0.75 falling behind, less at risk."""
    return _by_pace(progress, expected, Decimal("0.95"), Decimal("0.75"))


def mooncamp(progress: Decimal, expected: Decimal) -> Status:
    """Mooncamp: 90 % of what is expected is on track, 70 % progressing, less off track."""
    return _by_pace(progress, expected, Decimal("0.90"), Decimal("0.70"))


def servicenow(progress: Decimal, expected: Decimal) -> Status:
    """ServiceNow Strategic Planning: 90 % of planned is green, 75 % yellow, less red."""
    return _by_pace(progress, expected, Decimal("0.90"), Decimal("0.75"))


def innovation_minds(progress: Decimal, expected: Decimal) -> Status:
    """Innovation Minds: what is expected is on track, within 10 % below it progressing."""
    return _by_pace(progress, expected, Decimal(1), Decimal("0.90"))


def atlassian(progress: Decimal, expected: Decimal) -> Status:  # noqa: ARG001 - one shape for all
    """Atlassian Goals: a score from 0.7 on is on track, from 0.4 on at risk, below off track.

    Its page leaves 0.31 to 0.39 and 0.61 to 0.69 open; here each band begins where it says, and ends
    where the next begins. Time plays no part: every key result begins off track.
    """
    return _by_points(-progress, Decimal("-0.7"), Decimal("-0.4"))


def _by_points(behind: Decimal, green: Decimal, amber: Decimal) -> Status:
    if edge(behind - green) <= 0:
        return Status.ON_TRACK
    return Status.AT_RISK if edge(behind - amber) <= 0 else Status.OFF_TRACK


def _by_pace(progress: Decimal, expected: Decimal, green: Decimal, amber: Decimal) -> Status:
    # What may be lacking is a part of the size of what is expected: a plan may dip below its start,
    # and 90 % of less than nothing would be more.
    behind, size = expected - progress, abs(expected)
    return _by_points(behind, (1 - green) * size, (1 - amber) * size)


NAMED: dict[StatusRule, Rule] = {
    "viva_goals": viva_goals,
    "engagedly": engagedly,
    "planview": planview,
    "upraise": upraise,
    "mooncamp": mooncamp,
    "servicenow": servicenow,
    "innovation_minds": innovation_minds,
    "atlassian": atlassian,
}
"""Every rule but `probability`, which asks a forecast."""

WITHOUT_FORECAST: StatusRule = "mooncamp"
"""Stands in for `probability` where there is no forecast to ask."""

RED, GREEN = Decimal("0.15"), Decimal("0.5")
"""Below this chance is off track; from this on is on track (okr-products.md, 3.4: 91 % of key results
at 70 % of plan are red on day 30 of a quarter of 300 events, and 2 % of those on plan)."""

ENOUGH, IN_FULL = Decimal("0.9"), Decimal(1)
"""The part of the way that `probability` asks for; of committed key results it asks for all."""


def by_chance(chance: Decimal, part: Decimal, stands: str) -> Verdict:
    """The probability rule: the chance that the final raw progress reaches `part` of the way."""
    goal = "the target" if part == IN_FULL else f"{percent(part)} of the way"
    reason = f"{stands}; a chance of {percent(chance)} to reach {goal} (probability)"
    return Verdict(_by_chance(chance), reason)


def _by_chance(chance: Decimal) -> Status:
    if chance < RED:
        return Status.OFF_TRACK
    return Status.ON_TRACK if chance >= GREEN else Status.AT_RISK


@exactly
def by_rule(rule: StatusRule, progress: Decimal, expected: Decimal, stands: str) -> Verdict:
    """What a named rule says; `stands` tells the value, the target and the progress."""
    named = WITHOUT_FORECAST if rule == "probability" else rule
    reason = f"{stands} where {percent(expected)} was planned ({named})"
    return Verdict(NAMED[named](progress, expected), reason)


LATE_DAYS = 14
"""One unit may be behind the plan for this many days before it is red."""


def by_units(value: Decimal, planned: Decimal, planned_before: Decimal) -> Verdict:
    """Whole units against the plan, for scheduled or tiny targets.

    One behind is amber; two behind, or one for more than `LATE_DAYS`, is red.

    Args:
        value: The count so far.
        planned: What the plan says by now, whole or not.
        planned_before: What it said `LATE_DAYS` + 1 days earlier.
    """
    units = edge(planned) // 1
    behind = max(units - value // 1, Decimal(0))
    late = edge(planned_before) // 1 > value // 1
    reason = f"{short(value)} where {short(units)} was planned by now"
    if not behind:
        return Verdict(Status.ON_TRACK, reason)
    if behind > 1:
        return Verdict(Status.OFF_TRACK, f"{reason}: {short(behind)} behind")
    if late:
        return Verdict(Status.OFF_TRACK, f"{reason}: one behind for more than {LATE_DAYS} days")
    return Verdict(Status.AT_RISK, f"{reason}: one behind")


OVERDUE_DAYS = 7
"""A milestone may be overdue for this many days before it is red."""


def by_overdue(done: int, steps: int, overdue: dict[str, int]) -> Verdict:
    """Milestones: amber when a step is overdue, red when one is for more than `OVERDUE_DAYS`.

    Args:
        done: How many steps are done.
        steps: How many there are.
        overdue: Days since the end of the due day, by id of each step that is due and not done.
    """
    reason = f"{done} of {steps} steps done"
    if not overdue:
        return Verdict(Status.ON_TRACK, f"{reason}, none overdue")
    step, days = max(overdue.items(), key=lambda item: item[1])
    since = f"was due {days} days ago" if days else "was due today"
    status = Status.OFF_TRACK if days > OVERDUE_DAYS else Status.AT_RISK
    return Verdict(status, f"{reason}; {step} {since}")


def by_periods(met: int, judged: int, left: int, required: Decimal, period: str) -> Verdict:
    """Maintain: by the chance that the required share is met; red once it is out of reach.

    Args:
        met: Complete periods that met the bound.
        judged: Complete periods that count.
        left: Periods still to come.
        required: Share of all periods that has to meet it.
        period: month or week.
    """
    reason = f"{met} of {judged} complete {period}s met it, {percent(required)} required"
    if met + left < required * (judged + left):
        return Verdict(Status.OFF_TRACK, f"{reason}: out of reach with {left} to come")
    chance = chance_of_periods(met, judged, left, required)
    told = f"{reason}, {left} to come: a chance of {percent(chance)} that it is kept"
    return Verdict(_by_chance(chance), told)


EVENTS = 10
"""A count is too early to judge until this many events are expected."""


def too_few(planned: Decimal) -> Verdict | None:
    """Whether a count is too early to judge: small counts swing more than they tell."""
    if edge(planned) >= EVENTS:
        return None
    reason = f"only {short(planned)} expected by now: too few to judge before {EVENTS}"
    return Verdict(Status.TOO_EARLY, reason)
