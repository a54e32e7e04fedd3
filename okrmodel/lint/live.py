"""Rules that need the sources' word: what files that are right in themselves can still get wrong.

Whoever asks the sources hands over what they said as `Facts`; nothing is asked here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from okrmodel.exact import exactly, percent, short
from okrmodel.lint.rule import Ruled
from okrmodel.problems import Place, Problem, Severity
from okrmodel.windows import Window, from_to

NOTICEABLE = Decimal("0.05")
"""How far from the measured value a written `from` may be: a share of the way to the target."""
DAYS = 30
"""How long a metric may be without data before that is strange."""


def last_days(today: date) -> Window:
    """The last complete days, `DAYS` of them."""
    return Window(today - timedelta(days=DAYS), today)


@dataclass(frozen=True)
class Complaint:
    """What a source has against a connection or a question."""

    code: str
    place: Place
    message: str


@dataclass(frozen=True)
class LastDays:
    """What a metric's source had in the last days; for a level, what it has now."""

    metric: str
    place: Place
    window: Window
    values: tuple[Decimal | None, ...]
    """Over the window, or of each of its days; None is "no data"."""
    level: bool
    origin: str
    """How that is known, since when: "asked 2026-11-23 04:00"."""


@dataclass(frozen=True)
class Reading:
    """A key result's value over a window, and who says so."""

    value: Decimal
    window: Window
    origin: str


@dataclass(frozen=True)
class Way:
    """A key result that goes from a number to a number."""

    key_result: str
    written: Decimal | None
    """`from`, where it is a number that could be measured."""
    written_at: Place
    target: Decimal
    target_at: Place
    rising: bool
    before: Reading | None
    """Measured over what `from: measured` would take, as far as it is over."""
    newest: Reading | None
    ends: date
    """The day at whose end it is due."""


@dataclass(frozen=True)
class Facts:
    """All that the sources and the store said."""

    complaints: tuple[Complaint, ...] = ()
    last_days: tuple[LastDays, ...] = ()
    ways: tuple[Way, ...] = ()

    def of(self, code: str) -> "Remarks":
        """The complaints of one kind."""
        return (Found(one.place, one.message) for one in self.complaints if one.code == code)


class Found(NamedTuple):
    """What a rule found."""

    place: Place
    message: str


Remarks = Iterator[Found]


LiveRule = Ruled[Facts, Found]
"""A rule about what the sources say."""


def _rule(
    code: str, severity: Severity = Severity.ERROR
) -> Callable[[Callable[[Facts], Remarks]], LiveRule]:
    return lambda check: LiveRule(code, severity, check)


@_rule("live-connection")
def connection(facts: Facts) -> Remarks:
    """The connection cannot be asked: nothing that depends on it was proved.

    The source cannot be reached, refuses the credentials or lacks a right, is another account than
    the config names, or cuts its days in another zone. The message says which, and what to do. All
    other connections are asked all the same. This is never remembered: the next run asks again.
    """
    return facts.of("live-connection")


@_rule("live-unknown-property")
def unknown_property(facts: Facts) -> Remarks:
    """A query names a property that the HubSpot account does not have.

    Queries take the internal name, which HubSpot shows in a property's settings, not its label.
    """
    return facts.of("live-unknown-property")


@_rule("live-unknown-stage")
def unknown_stage(facts: Facts) -> Remarks:
    """A query names a stage that the account does not have, or does not keep the dates of.

    A stage is named by its id, or by a name of the workspace's own under `stages` in
    workspace.yaml; when that one leads nowhere, its place there is told.
    """
    return facts.of("live-unknown-stage")


@_rule("live-unknown-value")
def unknown_value(facts: Facts) -> Remarks:
    """A condition asks for a value that a choice does not offer.

    The source would say nothing and count 0, or with `not_in` everything. Values are the internal
    ones (`PAID_SEARCH`), not their labels.
    """
    return facts.of("live-unknown-value")


@_rule("live-unknown-metric")
def unknown_metric(facts: Facts) -> Remarks:
    """A query names a metric that the GA4 property does not have.

    Custom metrics have names like `customEvent:seats`, a key event `keyEvents:sign_up`.
    """
    return facts.of("live-unknown-metric")


@_rule("live-unknown-dimension")
def unknown_dimension(facts: Facts) -> Remarks:
    """A condition names a dimension that the GA4 property does not have."""
    return facts.of("live-unknown-dimension")


@_rule("live-incompatible")
def incompatible(facts: Facts) -> Remarks:
    """GA4 refuses the metric together with the dimensions of its conditions.

    Not every metric can be split by every dimension: those of items, for instance, know nothing of
    sessions. The message repeats Google's advice.
    """
    return facts.of("live-incompatible")


@_rule("live-blocked")
def blocked(facts: Facts) -> Remarks:
    """GA4 would answer zeros, because the credentials may not see cost or revenue data.

    A zero that means "you may not know" is no figure: give the right, or drop the metric.
    """
    return facts.of("live-blocked")


@_rule("live-refused")
def refused(facts: Facts) -> Remarks:
    """The source refuses the question, or what it answers is no answer.

    A statement that fails, an address without the field that is picked, a ledger that is not there.
    """
    return facts.of("live-refused")


@_rule("live-unseen-value", Severity.WARNING)
def unseen_value(facts: Facts) -> Remarks:
    """A condition asks for a value that its dimension never had in the last 30 days.

    GA4 lists no values, so what occurred is all that can be known: a misspelt value counts 0, or
    with `is_not` everything, and nobody complains. A value that is only rare is right nevertheless.
    """
    return facts.of("live-unseen-value")


@_rule("live-no-data", Severity.WARNING)
def no_data(facts: Facts) -> Remarks:
    """A metric had nothing in the last 30 days: its source answered no data, or 0.

    Often a condition that nothing meets, a tag that was removed or an event that was renamed. A
    metric that is new, or rests between campaigns, is right nevertheless. What the store holds of
    these days is believed first; else the source is asked once, for all days together. Where a
    source can only be asked day by day, the store alone is looked at.
    """
    for one in facts.last_days:
        if any(one.values):
            continue
        what = "no data" if set(one.values) == {None} else "0"
        days = "now" if one.level else f"for {from_to(one.window.start, one.window.last_day)}"
        yield Found(
            one.place,
            f'metric "{one.metric}" has {what} {days} ({one.origin}):'
            " look whether its query asks for what you mean",
        )


@_rule("live-from-differs", Severity.WARNING)
def from_differs(facts: Facts) -> Remarks:
    """The written `from` is not what the source had before the start.

    Told when the two are further apart than 5 % of the way from `from` to the target: progress
    would begin ahead or behind by as much. Compared with the value over what `from: measured` would
    take: the level on the day before the start, the month or week before it, the trailing days up
    to it. Counts that begin at 0 each cycle are left alone. The number comes from the store, or
    from one cheap call; where a source does not know its past and the store does not either,
    nothing is told.
    """
    for way in facts.ways:
        before, written = way.before, way.written
        if before is None or written is None or written == way.target:
            continue
        off = _share(abs(before.value - written), abs(way.target - written))
        if off > NOTICEABLE:
            yield Found(
                way.written_at,
                f'key result "{way.key_result}" begins at {short(written)}, but the value'
                f" of {_days(before)} was {short(before.value)} ({before.origin}), which is"
                f" {percent(off)} of the way to {short(way.target)} off;"
                " expected that number, or `from: measured` with a `direction`",
            )


@_rule("live-target-reached", Severity.WARNING)
def target_reached(facts: Facts) -> Remarks:
    """The newest value meets the target already, before the key result is due.

    Before the start it means a target that asks for nothing. Later it may be plain success; then
    raise the target with an entry under `targets` and its reason, or leave it and suppress this
    warning. The value is that of the newest snapshot, else one cheap call's.
    """
    for way in facts.ways:
        now = way.newest
        if now is None or not _meets(now.value, way.target, rising=way.rising):
            continue
        yield Found(
            way.target_at,
            f'key result "{way.key_result}" is to reach {short(way.target)} by {way.ends}, and the'
            f" value of {_days(now)} is {short(now.value)} already ({now.origin}):"
            " where that is no success but a target too near, set one beyond it",
        )


@exactly
def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole


def _meets(value: Decimal, target: Decimal, *, rising: bool) -> bool:
    return value >= target if rising else value <= target


def _days(reading: Reading) -> str:
    return from_to(reading.window.start, reading.window.last_day)


LIVE_RULES: tuple[LiveRule, ...] = (
    connection,
    unknown_property,
    unknown_stage,
    unknown_value,
    unknown_metric,
    unknown_dimension,
    incompatible,
    blocked,
    refused,
    unseen_value,
    no_data,
    from_differs,
    target_reached,
)
"""Every rule, in the order of the manual."""


def judged(facts: Facts) -> Iterator[Problem]:
    """What all rules find."""
    for rule in LIVE_RULES:
        for place, message in rule.check(facts):
            yield Problem(place, message, rule.code, rule.severity)
