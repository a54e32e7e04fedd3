"""What a reach key result must be, worked out day by day in fractions: a second way to the numbers.

It shares no code with okrmodel's maths, and takes its time: every question is answered by looking at
single days of a calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

STARTS, ENDS = date(2026, 10, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
CALENDAR = tuple(date(2026, 6, 1) + n * DAY for n in range(300))
"""More than the cycle at both ends."""

COLOURS = {
    "viva_goals": ("points", Fraction(0), Fraction(25, 100)),
    "planview": ("points", Fraction(10, 100), Fraction(10, 100)),
    "upraise": ("pace", Fraction(95, 100), Fraction(75, 100)),
    "mooncamp": ("pace", Fraction(90, 100), Fraction(70, 100)),
    "servicenow": ("pace", Fraction(90, 100), Fraction(75, 100)),
    "innovation_minds": ("pace", Fraction(1), Fraction(90, 100)),
}
"""What is green at least, and amber at least: points behind, or a share of what is expected."""

Answers = Mapping[date, int | None]
"""By day; None is no data, and a day that was not asked is missing."""
Days = list[date]


@dataclass(frozen=True)
class Case:
    """A key result in plain words, and what was answered."""

    window: Any
    aggregation: str
    """sum, level or ratio."""
    answers: Answers
    below: Answers = field(default_factory=dict)
    """The denominator's."""
    begin: int = 0
    targets: tuple[tuple[date, int], ...] = ((STARTS, 92),)
    evaluate: str = "last"
    starts: date = STARTS
    due: date = ENDS
    plan: tuple[tuple[date, int], ...] = ()
    commit: int | None = None
    stretch: int | None = None
    scheduled: bool = False
    rule: str = "mooncamp"


@dataclass(frozen=True)
class State:
    """What must be shown."""

    status: str
    value: Fraction | None = None
    raw: Fraction | None = None
    score: Fraction | None = None
    expected: Fraction | None = None
    through: date | None = None


class NoDataError(Exception):
    """The source has none."""


class UnknownError(Exception):
    """Nobody asked, or nobody answered."""


def state(case: Case, as_of: date) -> State:
    """The key result at the end of a day."""
    day, over = min(as_of, ENDS), as_of >= ENDS
    if day < case.starts:
        return State("too_early")
    try:
        return _on(case, day, day)
    except NoDataError:
        return State("no_data")
    except UnknownError:
        earlier = day - DAY
    while earlier >= case.starts:
        try:
            found = _on(case, earlier, day)
        except (NoDataError, UnknownError):
            found = State("nothing")
        if found.raw is not None:
            status = "no_data" if over else "stale"
            return State(status, found.value, found.raw, found.score, found.expected, found.through)
        earlier -= DAY
    return State("no_data")


def _on(case: Case, day: date, as_of: date) -> State:
    target = [number for since, number in case.targets if since <= as_of][-1]
    windows = _windows(case, day)
    if not windows:
        return State("too_early" if day < ENDS else "no_data")
    sign = 1 if target > case.begin else -1
    if case.evaluate == "every":
        each = [(_value(case, [window]), window) for window in _asked(case, windows)]
        value, worst = min(each, key=lambda pair: sign * pair[0])
        windows = [worst]
    else:
        value = _value(case, windows)
    raw = Fraction(value - case.begin) / (target - case.begin)
    expected = _expected(case, windows, target)
    status = _status(case, value, raw, expected, target, day, windows)
    return State(status, value, raw, _score(case, raw, target), expected, windows[-1][-1])


def _windows(case: Case, day: date) -> list[Days]:
    """The days that the value is made of, in groups that are looked at one by one."""
    passed = [d for d in CALENDAR if case.starts <= d <= day]
    match case.window:
        case "cycle":
            return [passed]
        case "latest":
            return [[day]]
        case "month_to_date":
            return [[d for d in passed if (d.year, d.month) == (day.year, day.month)]]
        case {"trailing": length}:
            return [[day - n * DAY for n in reversed(range(length))]]
    whole = [
        list(days) for _, days in groupby(CALENDAR, _month if case.window == "month" else _week)
    ]
    complete = [days for days in whole if set(days) <= set(passed)]
    return complete[-1:] if case.evaluate == "last" else complete


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _week(day: date) -> date:
    return day - day.weekday() * DAY


def _asked(case: Case, windows: list[Days]) -> list[Days]:
    """All of them, where each has a value: what is certainly absent comes before what is unknown."""
    troubles: list[Exception] = []
    for window in windows:
        try:
            _value(case, [window])
        except (NoDataError, UnknownError) as trouble:
            troubles.append(trouble)
    if troubles:
        raise min(troubles, key=lambda one: isinstance(one, UnknownError))
    return windows


def _value(case: Case, windows: list[Days]) -> Fraction:
    """Over several windows the mean; of a ratio, all above by all below."""
    days = [
        d for window in windows for d in (window[-1:] if case.aggregation == "level" else window)
    ]
    series = [case.answers, case.below] if case.aggregation == "ratio" else [case.answers]
    if any(d in each and each[d] is None for each in series for d in days):
        raise NoDataError
    if any(d not in each for each in series for d in days):
        raise UnknownError
    totals = [Fraction(sum(each[d] or 0 for d in days)) for each in series]
    if case.aggregation != "ratio":
        return totals[0] / len(windows)
    if not totals[1]:
        raise NoDataError
    return totals[0] / totals[1]


def _planned(case: Case, day: date, target: int) -> Fraction:
    """The share of the way that the plan has reached by the end of a day."""
    if day >= case.due:
        return Fraction(1)
    anchors = [(case.starts - DAY, Fraction(0))]
    for on, number in case.plan:
        if case.starts <= on < case.due:
            anchors.append((on, Fraction(number - case.begin, target - case.begin)))
    anchors.append((case.due, Fraction(1)))
    before = [point for point in anchors if point[0] <= day]
    if not before:
        return Fraction(0)
    (left, low), (right, high) = before[-1], anchors[len(before)]
    return low + (high - low) * (day - left).days / (right - left).days


def _expected(case: Case, windows: list[Days], target: int) -> Fraction:
    if isinstance(case.window, dict):
        days = windows[0]
        return sum((_planned(case, d, target) for d in days), Fraction()) / len(days)
    if case.window == "month_to_date" and case.aggregation == "sum":
        return _of_month(case, windows[0], target)
    ends = [window[-1] for window in windows]
    return sum((_planned(case, d, target) for d in ends), Fraction()) / len(ends)


def _of_month(case: Case, so_far: Days, target: int) -> Fraction:
    """The month's whole plan, shared out evenly among its days."""
    month = [d for d in CALENDAR if _month(d) == _month(so_far[0])]
    whole = case.begin + (target - case.begin) * _planned(case, month[-1], target)
    planned = sum((whole / len(month) for _ in so_far), Fraction())
    return (planned - case.begin) / (target - case.begin)


def _score(case: Case, raw: Fraction, target: int) -> Fraction:
    """Along straight lines from 0 at the begin through what commit, target and stretch score."""
    top = Fraction(1) if case.stretch is None else Fraction(7, 10)
    marks = [(case.begin, Fraction(0)), (case.commit, Fraction(3, 10)), (target, top)]
    marks.append((case.stretch, Fraction(1)))
    line = [
        (Fraction(at - case.begin, target - case.begin), s) for at, s in marks if at is not None
    ]
    for (left, low), (right, high) in pairwise(line):
        if left <= raw <= right:
            return low + (high - low) * (raw - left) / (right - left)
    return Fraction(0) if raw < 0 else Fraction(1)


def _status(  # noqa: PLR0917 - all that a status depends on
    case: Case,
    value: Fraction,
    raw: Fraction,
    expected: Fraction,
    target: int,
    day: date,
    windows: list[Days],
) -> str:
    if day >= ENDS:
        return "achieved" if raw >= 1 else "missed"
    counted = case.aggregation == "sum" and case.window in ("cycle", "month_to_date")
    counted = counted and case.begin == 0 and target > 0
    planned = case.begin + (target - case.begin) * expected
    in_units = counted and (case.scheduled or target < 12)
    if counted and not in_units and planned < 10:
        return "too_early"
    kept = case.window == "cycle" and all((case.answers[d] or 0) >= 0 for d in windows[0])
    if counted and kept and raw >= 1:
        return "achieved"
    return _units(case, value, target, day) if in_units else _colour(case.rule, raw, expected)


def _units(case: Case, value: Fraction, target: int, day: date) -> str:
    """How many units were due on each of the last days, against those that are there."""

    def due(on: date) -> int:
        if on < case.starts or (case.window == "month_to_date" and _month(on) != _month(day)):
            return 0
        so_far = _windows(case, on)
        return int(target * _expected(case, so_far, target))

    behind = due(day) - int(value)
    if behind <= 0:
        return "on_track"
    late = all(due(day - n * DAY) > int(value) for n in range(16))
    return "off_track" if behind > 1 or late else "at_risk"


def _colour(rule: str, raw: Fraction, expected: Fraction) -> str:
    if rule == "engagedly":
        behind = expected - raw
        amber = Fraction(165, 1000) <= behind <= Fraction(33, 100)
        return "at_risk" if amber else "off_track" if behind > Fraction(33, 100) else "on_track"
    by, green, amber_from = COLOURS[rule]
    size = abs(expected)
    slack = [green, amber_from] if by == "points" else [(1 - s) * size for s in (green, amber_from)]
    if expected - raw <= slack[0]:
        return "on_track"
    return "at_risk" if expected - raw <= slack[1] else "off_track"
