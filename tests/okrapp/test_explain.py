from datetime import date
from tests.flows.scene import Scene
from tests.okrapp.conftest import Okr
def test_look(scene, okr):
    scene.backfill(date(2026, 11, 20), date(2026, 11, 22))
    for w in (["explain","cost"],["explain","sessions","--output","json"],["explain","pipelin"],["explain","approved","--as-of","2026-12-03"],["explain","mqls","--known-at","2020-01-01T03:00"],["explain","mqls","--as-of","2026-10-03"],["history","mqls"],["history","mqls","--all"],["replay"],["explain"]):
        s=okr(*w); print(">>",w,s.code,s.error); print(s.out)
    assert 0
