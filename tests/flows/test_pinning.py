"""A measured figure is pinned by the first run that finds it settled."""

from datetime import date
from decimal import Decimal

from flows.replay import replay
from tests.flows.scene import Scene, rewrite

LAST = date(2026, 11, 22)


def test_a_corrected_quarter_before_is_shown_and_moves_no_target(scene: Scene) -> None:
    spend = {
        "metric: spend, target: 9000": "metric: spend, target: previous * 30, direction: increase"
    }
    rewrite(scene.root / "okrs/2026-Q4.yaml", spend)
    rewrite(scene.root / "spend.csv", {"2026-10-01,": "2026-07-01,300.00\n2026-10-01,"})
    scene.backfill(LAST, LAST)
    before = scene.snapshot("spend", LAST)
    rewrite(scene.root / "spend.csv", {"2026-07-01,300.00": "2026-07-01,400.00"})
    scene.backfill(LAST, LAST)
    after = scene.snapshot("spend", LAST)

    for told in (before, after):
        assert (told.previous, told.target) == (Decimal(300), Decimal(9000))
        assert told.provisional == ()
    assert (before.restated, after.restated) == (False, True)
    assert "'as restated since', value=Decimal('400')" in str(after.arithmetic)
    with scene.asking() as store:
        again = replay(store, "pretend", every=True)
    assert again.differences == []
    assert again.equal == 7 + 1
