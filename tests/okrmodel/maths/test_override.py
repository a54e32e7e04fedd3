"""A value set by hand is judged by the same rules, and hides nothing of the automatic one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from okrmodel.closure import OVERRIDE, Closure
from okrmodel.definitions.key_results import Maintain
from okrmodel.demand import needed
from okrmodel.explanation import chain, lines
from okrmodel.observations import Provisional
from okrmodel.snapshot import Failure, Known, Snapshot, Status
from okrmodel.windows import Window
from tests.okrmodel.maths.build import (
    ENDS,
    STARTS,
    closure,
    daily,
    day,
    known,
    reach,
    shown,
    snapshot,
    source,
)

FEW = settings(max_examples=40)
HAND = source(OVERRIDE, "level", connection="manual", connector="manual")
NOV = day("11-10")


def overridden(key_result: Any = None, **more: Any) -> Closure:
    measures = {"mqls": source(), OVERRIDE: HAND}
    return closure(key_result or reach(), measures, **more)


def automatic(of: Closure) -> Closure:
    """The same without overrides."""
    measures = {key: m for key, m in of.measures.items() if key != OVERRIDE}
    return of.model_copy(update={"measures": measures})


def by_hand(on: date, value: object) -> Known:
    found = known(on, value, OVERRIDE)
    return replace(found, id=-found.id, check=-found.check)


FIGURES = ("raw_progress", "score", "expected", "pace", "status", "target", "baseline", "through")
values = st.lists(st.integers(0, 4), min_size=92, max_size=92)
as_ofs = st.integers(0, 95).map(lambda n: STARTS + timedelta(days=n))
hands = st.one_of(st.none(), st.decimals(0, 300, places=2))


@FEW
@given(values, as_ofs, hands, st.sampled_from([3, 92, 150]))
def test_it_is_judged_as_if_the_source_had_said_so(
    counts: list[int], as_of: date, hand: Decimal | None, target: int
) -> None:
    kr = overridden(reach(target=target))
    on = min(as_of, ENDS)
    found = snapshot(kr, as_of, (*daily(counts), by_hand(on, hand)))
    alone = snapshot(automatic(kr), as_of, daily(counts))
    if hand is None:
        assert replace(found, definition_hash="") == replace(alone, definition_hash="")
        return
    said = snapshot(automatic(kr), as_of, daily([hand, *[0] * 91]))
    assert found.value == hand
    assert shown(found, *FIGURES) == shown(said, *FIGURES)
    assert found.automatic is not None
    told = (found.automatic.value, found.automatic.status, found.automatic.reason)
    assert told == (alone.value, alone.status, alone.reason)


@FEW
@given(values, st.dictionaries(as_ofs, st.integers(0, 300), max_size=9), as_ofs, st.integers(0, 95))
def test_the_automatic_value_is_the_same_with_and_without(
    counts: list[int], hand: dict[date, int], as_of: date, until: int
) -> None:
    # What the source did not answer is not hidden, and an earlier override is no earlier value.
    kr = overridden()
    seen = daily(counts)[:until]
    found = snapshot(kr, as_of, (*seen, *(by_hand(on, value) for on, value in hand.items())))
    alone = snapshot(automatic(kr), as_of, seen)
    if min(as_of, ENDS) not in hand:
        assert replace(found, definition_hash="") == replace(alone, definition_hash="")
        return
    assert found.value == hand[min(as_of, ENDS)]
    assert found.automatic is not None
    assert (found.automatic.value, found.automatic.through) == (alone.value, alone.through)
    assert found.stale == alone.stale or alone.value is None
    assert found.provisional == alone.provisional
    assert set(alone.observations) < set(found.observations)


def test_a_failed_source_is_told_beside_it() -> None:
    failed = Failure("crm", "503 for an hour")
    found = snapshot(overridden(), NOV, (*daily([1] * 40), by_hand(NOV, 50)), failed)
    assert shown(found, "value", "status") == (50, Status.ON_TRACK)
    assert found.automatic is not None
    assert found.automatic.value == 40
    assert found.automatic.status is Status.STALE
    assert found.automatic.through == day("11-09")
    assert found.stale is not None
    assert "crm failed: 503 for an hour" in found.stale
    assert "crm failed: 503 for an hour" in found.reason


def test_a_source_that_never_answered_is_told_beside_it() -> None:
    failed = Failure("crm", "401")
    found = snapshot(overridden(), NOV, [by_hand(NOV, 50)], failed)
    assert shown(found, "value", "status", "through") == (50, Status.ON_TRACK, NOV)
    assert found.automatic is not None
    assert (found.automatic.value, found.automatic.status) == (None, Status.NO_DATA)
    assert found.stale is not None
    assert "crm failed: 401" in found.stale
    assert "; automatic no value: " in found.reason


def test_what_is_still_settling_stays_provisional() -> None:
    settling = [replace(one, provisional=Provisional.SETTLING) for one in daily([1] * 41)]
    found = snapshot(overridden(), NOV, (*settling, by_hand(NOV, 50)))
    assert found.provisional == (Provisional.SETTLING,)


def test_a_restated_automatic_value_moves_nothing_else() -> None:
    before = snapshot(overridden(), NOV, (*daily([1] * 41), by_hand(NOV, 50)))
    late = [*daily([1] * 40), replace(known(NOV, 3), restated=True)]
    after = snapshot(overridden(), NOV, (*late, by_hand(NOV, 50)))
    assert shown(before, "value", *FIGURES) == shown(after, "value", *FIGURES)
    assert (before.automatic and before.automatic.value) == 41
    assert (after.automatic and after.automatic.value) == 43
    assert after.restated


def test_entries_that_could_not_be_read_are_not_taken_for_none() -> None:
    failed = Failure("manual", "checkins/2026-Q4.yaml:3: no number")
    found = snapshot(overridden(), NOV, daily([1] * 41), failed)
    assert found.stale is not None
    assert "checkins/2026-Q4.yaml:3: no number" in found.stale
    assert found.automatic is None


def test_where_nobody_was_asked_yet_the_automatic_value_shows() -> None:
    found = snapshot(overridden(), NOV, daily([1] * 41))
    assert shown(found, "value", "stale", "automatic") == (41, None, None)


def test_without_a_period_there_is_nothing_to_override() -> None:
    monthly = overridden(reach(window="month", **{"from": 0}))
    found = snapshot(monthly, day("10-15"), (*daily([1] * 20), by_hand(day("10-15"), 50)))
    assert shown(found, "value", "status", "automatic") == (None, Status.TOO_EARLY, None)


def test_of_periods_that_are_judged_alone_the_newest_is_overridden() -> None:
    each = reach(window="month", evaluate="every", target=60, **{"from": 0})
    found = snapshot(overridden(each), day("12-05"), (*daily([1] * 70), by_hand(day("12-05"), 50)))
    assert shown(found, "value", "through") == (50, day("11-30"))
    assert found.automatic is not None
    assert found.automatic.value == 30, "November's, the worst"
    last = closure(reach(window="month", target=60, **{"from": 0}))
    assert found.expected == snapshot(last, day("12-05"), daily([1] * 70)).expected


def test_after_the_end_the_last_days_override_decides() -> None:
    seen = (*daily([1] * 92), by_hand(ENDS, 91))
    found = snapshot(overridden(), date(2027, 1, 5), seen)
    assert shown(found, "value", "status") == (91, Status.MISSED)
    assert found.automatic is not None
    assert found.automatic.value == 92
    assert found.automatic.status is Status.ACHIEVED


def test_the_arithmetic_shows_both() -> None:
    kr = overridden()
    found = snapshot(kr, NOV, (*daily([1] * 41), by_hand(NOV, "50.5")))
    told = [(depth, term.label, term.value) for depth, term in lines(chain(kr, found))]
    assert told[1:] == [
        (1, "set by hand (at the end of 2026-11-10)", Decimal("50.5")),
        (1, "automatic, beside it", 41),
        (2, "mqls (sum of days 2026-10-01 to 2026-11-10)", 41),
        (1, "from", 0),
        (1, "target", 92),
    ]
    assert told[0][1] == "progress = (50.5 − 0) ÷ (92 − 0)"
    assert found.reason.startswith("set by hand, 50.5 against 92, ")
    assert found.reason.endswith("; automatic 41")


def test_it_is_asked_for_day_by_day_where_there_are_overrides_only() -> None:
    wanted = [w for key, w in needed(overridden(), NOV) if key == OVERRIDE]
    assert wanted == [Window.of_day(NOV)]
    assert OVERRIDE not in {key for key, _ in needed(automatic(overridden()), NOV)}


def test_that_there_are_overrides_changes_the_definition_and_no_computation() -> None:
    one, other = overridden(), automatic(overridden())
    assert one.definition_hash != other.definition_hash
    assert one.computation_hash == other.computation_hash
    assert Closure.from_text(one.text()) == one


def test_it_comes_back_from_its_text() -> None:
    found = snapshot(overridden(), NOV, (*daily([1] * 41), by_hand(NOV, 50)))
    assert found.automatic is not None
    assert Snapshot.from_text(found.text()) == found


def test_a_bound_that_is_kept_is_not_overridden() -> None:
    kept = Maintain.model_validate(
        {"id": "kr", "title": "K", "metric": "mqls", "every": "month", "at_least": 20}
    )
    found = snapshot(overridden(kept), NOV, (*daily([1] * 41), by_hand(NOV, 50)))
    assert shown(found, "value", "automatic") == (31, None)
