"""Every sentence that okrmodel composes, by having it compute all kinds of key results."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, get_args

from okrmodel.closure import OVERRIDE, Closure, FormulaMeasure, Measure, RatioMeasure
from okrmodel.compute import _stale
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import Maintain, Manual, Milestones
from okrmodel.definitions.workspace import StatusRule, Workspace
from okrmodel.explanation import WHY, chain, lines
from okrmodel.history import cycle_then, then
from okrmodel.rollup import roll_up
from okrmodel.snapshot import Failure, Known, Snapshot, SnapshotInputs
from okrmodel.standing import too_early
from okrmodel.store.frozen import FrozenCycle
from okrmodel.targets import _contradictions
from okrmodel.telling.sheet import Sheet
from okrmodel.windows import Window
from tests.okrmodel.maths.build import (
    LATER,
    STARTS,
    closure,
    daily,
    day,
    known,
    reach,
    snapshot,
    source,
)
from tests.okrmodel.maths.test_oracle import case_of, defined, observed
from tests.okrmodel.store import samples

FAILED = Failure("crm", "401 from api.example.com; the token expired – make a new one")
CALENDAR = [STARTS + timedelta(days=n) for n in range(-2, 100, 3)]
RULES = get_args(StatusRule)


def _days(of: Closure, observations: Iterable[Known], *failures: Failure) -> Iterator[Snapshot]:
    """The key result's snapshots all over the cycle, with all that was ever observed by each day."""
    seen = tuple(observations)
    for as_of in CALENDAR:
        by_then = tuple(each for each in seen if each.window.last_day <= as_of)
        yield snapshot(of, as_of, by_then, *failures)
        yield snapshot(of, as_of, [each for each in by_then if each.window.last_day < day("11-01")])


def _of_any_kind() -> Iterator[Snapshot]:
    """Key results by chance: every window, aggregation and rule, with holes and days without data."""
    for seed in range(300):
        luck = Random(seed)
        case = replace(case_of(luck), rule=luck.choice(RULES))
        failures = (FAILED,) if luck.random() < 0.3 else ()
        for _ in range(3):
            as_of = STARTS + timedelta(days=luck.randint(-2, 100))
            yield snapshot(defined(case), as_of, observed(case), *failures)


def _maintained() -> Iterator[Snapshot]:
    for every in ("month", "week"):
        for required in ("all", "0.6"):
            for values in ([1] * 92, [0] * 92, [1, 0] * 46, [None] * 92):
                given = {"id": "kr", "title": "MQLs", "metric": "mqls", "at_least": 5}
                more = {"every": every, "required": required, "missing": "skip"}
                yield from _days(closure(Maintain.model_validate(given | more)), daily(values))


def _milestones() -> Iterator[Snapshot]:
    steps = [
        {"id": "plan", "title": "Plan", "due": "2026-10-16"},
        {"id": "build", "title": "Build", "due": "2026-11-15"},
    ]
    written = Milestones.model_validate({"id": "kr", "title": "Launch", "steps": steps})
    kr = closure(written, {name: source(name, "level") for name in ("plan", "build")})
    for plan, build in ((0, 0), (1, 0), (1, 1)):
        for as_of in [*CALENDAR, day("10-16"), day("10-17")]:
            done = [known(as_of, plan, "plan"), known(as_of, build, "build", id=1)]
            yield snapshot(kr, as_of, done)
    yield snapshot(kr, day("11-15"), [], FAILED)


def _checked_in() -> Iterator[Snapshot]:
    for target in (100, 3, "4.5"):
        given = {"id": "kr", "title": "Score", "target": target}
        kr = closure(Manual.model_validate(given), {"check_ins": source("check_ins", "level")})
        for values in ([None] * 92, range(92), [1] * 92):
            yield from _days(kr, daily(values, name="check_ins"))


_MEASURES: Mapping[str, Measure] = {
    "mqls": source(),
    "visits": source("visits"),
    "people": source("people", "distinct"),
    "stock": source("stock", "level"),
    "new_stock": source("new_stock", "level", has_history=False),
    "whole": source("whole", "sum", whole=True),
    "rate": RatioMeasure(name="Rate", numerator="mqls", denominator="visits"),
    "share": RatioMeasure(name="Share", numerator="stock", denominator="visits"),
    "cost": FormulaMeasure(name="Cost", formula="visits / mqls"),
    OVERRIDE: source(OVERRIDE, "level", connection="manual", connector="manual"),
}


def _numbered(observations: Iterable[Known]) -> Iterator[Known]:
    """Each with an id of its own, whatever it is about."""
    for number, one in enumerate(observations):
        yield replace(one, id=number, check=number)


def _closure(asked: str = "mqls", **more: Any) -> Closure:
    return closure(reach(metric=asked, **more), _MEASURES, status_rule="probability")


def _forecasts() -> Iterator[Snapshot]:
    """What each kind of metric is forecast by, and what is lacking for it."""
    swinging, zeros = daily([3, 0, 7] * 31), daily([0] * 92)
    below = daily([30, 40] * 46, name="visits")
    for target in (20, 300, 9000, -5):
        for values in (swinging, zeros, daily([3, -1] * 46)):
            yield from _days(_closure(target=target), values)
    yield from _days(_closure(target=92), daily([0] * 56 + [50] * 92, day("08-06")))
    for committed in (True, False):
        more: dict[str, Any] = {"window": "latest", "from": 10, "committed": committed}
        stock = [
            daily([10 + n // 2 for n in range(92)], name="stock"),
            daily([9] * 92, name="stock"),
        ]
        for values in stock:
            yield from _days(_closure("stock", target=90, **more), values)
    for values in (swinging, zeros):
        both = tuple(_numbered((*values, *below)))
        yield from _days(_closure("rate", target="0.2", **{"from": "0.1"}), both)
        yield from _days(_closure("cost", target="5", **{"from": 20}), both)
    yield from _days(
        _closure("rate", target="0.2"), tuple(_numbered((*zeros, *daily([0] * 92, name="visits"))))
    )
    yield from _days(
        _closure("rate", target="0.2"),
        tuple(_numbered((*swinging, *daily([0] * 92, name="visits")))),
    )
    yield from _days(
        _closure("share", target=9), tuple(_numbered((*daily([3] * 92, name="stock"), *below)))
    )
    yield from _days(_closure(window="month", target=90), swinging)
    not_yet = [{"on": "2026-11-15", "value": 0}]
    yield from _days(_closure(target=300, plan=not_yet), swinging)


def _distinct() -> Iterator[Snapshot]:
    kr = _closure("people", target=300)
    so_far = [
        known(Window(STARTS, day_ + timedelta(days=1)), 5, "people") for day_ in CALENDAR[1:31]
    ]
    for as_of in CALENDAR[1:31]:
        yield snapshot(kr, as_of, so_far)
        before = [known(cycle_then(kr), 250, "people"), known(then(kr, as_of), 120, "people")]
        yield snapshot(kr, as_of, [*so_far, *{one.window: one for one in before}.values()])
    later = _closure("people", target=300, plan=[{"on": "2026-11-15", "value": 0}])
    yield snapshot(later, day("10-31"), [known(Window(STARTS, day("11-01")), 5, "people")])


def _guarded() -> Iterator[Snapshot]:
    for bound in ({"at_most": 9}, {"at_least": 20}):
        guardrail = {"metric": "cost", **bound}
        ratio = {"metric": "rate", **bound}
        for held in (guardrail, ratio):
            for mqls, visits in ((3, 30), (3, 0)):
                both = (*daily([mqls] * 92), *daily([visits] * 92, name="visits"))
                yield from _days(_closure(guardrail=held), tuple(_numbered(both)))


def _by_hand() -> Iterator[Snapshot]:
    for values in ([1] * 92, [None] * 92, [1] * 30):
        for as_of in CALENDAR:
            hand = known(min(as_of, day("12-31")), 40, OVERRIDE)
            every = tuple(_numbered((*daily(values), hand)))
            yield snapshot(_closure(), as_of, every)
            yield snapshot(_closure(), as_of, every, FAILED)
    yield snapshot(_closure(), day("11-15"), daily([1] * 92), Failure("manual", "no such file"))


_FROM: dict[str, Any] = {"from": "measured"}


def _measured() -> Iterator[Snapshot]:
    """From where it began: pinned, restated, not known yet, and on the wrong side of the target."""
    stock = daily(range(200), day("09-20"), "stock")
    first = daily(range(200), day("10-03"), "new_stock")
    for name, seen in (("stock", stock), ("new_stock", first)):
        for direction, target in (("increase", 300), ("decrease", 50), ("increase", 5)):
            kr = _closure(name, target=target, direction=direction, window="latest", **_FROM)
            for as_of in CALENDAR:
                by_then = [one for one in seen if one.window.last_day <= as_of]
                restated = [replace(one, restated=True) for one in by_then]
                yield snapshot(kr, as_of, by_then, pinned=by_then[:40])
                yield snapshot(kr, as_of, by_then[20:])
                yield snapshot(kr, as_of, restated, pinned=restated[:40])
    late = reach(window="month", target=300, direction="increase", starts="2026-10-20", **_FROM)
    yield from _days(closure(late, before=day("10-01")), daily([1] * 92))
    whole = _closure("whole", window="month", target=300, direction="increase", **_FROM)
    month = known(Window(day("09-01"), day("10-01")), 30, "whole")
    yield snapshot(whole, day("11-15"), [month, *daily([1] * 46, name="whole")])


def _previous() -> Iterator[Snapshot]:
    """Targets that speak of the cycle before."""
    seen = daily([1] * 184, day("07-01"))
    for target in ("previous * 1.20", "previous"):
        kr = _closure(target=target)
        yield from _days(kr, seen)
        yield snapshot(kr, day("11-15"), seen, pinned=seen[:92])
        yield snapshot(kr, day("11-15"), seen[92:], FAILED)
        yield from _days(closure(reach(window="month", target=target), before=day("09-15")), seen)


def _contradictory() -> Iterator[Snapshot]:
    wrong: tuple[dict[str, Any], ...] = (
        {"target": 0},
        {"target": 10, "commit": 20, "stretch": 5},
        {"target": -5, "direction": "increase"},
    )
    for given in wrong:
        yield snapshot(_closure(**given), day("11-15"), daily([1] * 46))


def _averaged() -> Iterator[Snapshot]:
    for window in ("month", "week"):
        for name in ("mqls", "stock", "people", "whole"):
            kr = _closure(name, window=window, target=300, evaluate="mean")
            yield snapshot(kr, day("12-15"), daily([1] * 92, name=name))
            yield snapshot(kr, day("11-15"), [])


def _unlikely() -> Iterator[str]:
    """What is said where lint, or the kinds of key results, leave no room for it."""
    yield from _contradictions(reach(), None, None, rising=True)
    inputs = SnapshotInputs(closure(reach()), day("11-15"))
    yield _stale(inputs, too_early("kr", "-"), "not pulled from crm yet").verdict.reason


@cache
def _snapshots() -> tuple[Snapshot, ...]:
    return tuple(_computed())


def _computed() -> Iterator[Snapshot]:
    for every in (_of_any_kind, _maintained, _milestones, _checked_in, _forecasts):
        yield from every()
    for every in (_distinct, _guarded, _by_hand, _measured, _previous, _contradictory, _averaged):
        yield from every()


def _of(one: Snapshot) -> Iterator[str | None]:
    yield from (one.reason, one.stale, one.no_forecast)
    if one.forecast:
        yield one.forecast.method
    if one.guardrail:
        yield from (one.guardrail.bound, one.guardrail.reason)
    if one.automatic:
        yield one.automatic.reason


def _objectives() -> Iterator[str]:
    judged = list(_of_any_kind())[:200]
    one = Decimal(1)
    for each in zip(judged, judged[1:], judged[2:], strict=False):
        yield roll_up([(one, snapshot_) for snapshot_ in each]).reason
    yield roll_up([]).reason


def _workspaces() -> Iterator[str]:
    given = {"id": "acme", "name": "Acme", "timezone": "Europe/Warsaw"}
    since = {"since": "2026-11-25"}
    for more in (
        {"left": "2026-11-25"},
        {"paused": True},
        {"paused": since},
        {"paused": since | {"reason": "no budget; perhaps in spring"}},
    ):
        yield Workspace.model_validate(given | more).rests


def _absences() -> Iterator[str]:
    """Why a sheet has no figures."""
    cycle = Cycle(id="2026-Q4", starts=STARTS, ends=day("12-31"))
    words = samples.words(cycle)
    frozen = FrozenCycle("acme", "2026-Q4", LATER, 1, "", {"ends": "2026-12-31"})
    for each in (words, words.model_copy(update={"rests": "paused"})):
        for as_of in (None, day("11-15"), day("12-31")):
            yield Sheet(each, cycle, as_of, {}).absence
            yield Sheet(each, cycle, as_of, {}, frozen=frozen).absence
            yield Sheet(each, cycle, as_of, {}, known_at=LATER).absence


@cache
def sentences() -> frozenset[str]:
    """Reasons, methods and bounds."""
    found = {text for one in _snapshots() for text in _of(one) if text}
    return frozenset(
        {*found, *_objectives(), *_workspaces(), *_absences(), *_unlikely(), *WHY.values()}
    )


@cache
def labels() -> frozenset[str]:
    """The lines of the arithmetic, but for formulas and names."""
    kr, days = closure(reach()), daily([1] * 46)
    in_numbers = chain(kr, snapshot(kr, day("11-15"), days)).label
    every = {term.label for one in _snapshots() for _, term in lines(one.arithmetic)} | {in_numbers}
    return frozenset(label for label in every if " = " not in label or label.startswith("progress"))
