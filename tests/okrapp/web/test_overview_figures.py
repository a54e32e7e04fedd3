"""The overview is true of the moment that is asked about, and of cycles and sources that lack something."""

import re
from datetime import UTC, date, datetime
from html import unescape

from fastapi import FastAPI

from okrmodel.snapshot import Status
from okrmodel.store.every_workspace import every_workspace
from okrmodel.store.store import Store
from tests.flows.scene import Scene, end_early, rewrite
from tests.okrapp.conftest import Okr
from tests.okrapp.web.asking import ask
from tests.okrapp.web.many import SUNDAY, Many

OVERVIEW = "/w/pretend/c/2026-Q4"


def part(page: str, pattern: str) -> str:
    """The words of what a pattern finds, in one line."""
    found = re.search(pattern, page, re.DOTALL)
    assert found, f"{pattern} is not on the page"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def pulled(app: FastAPI, **query: str) -> str:
    page = ask(app, OVERVIEW, params=query).text
    return part(page, r"<dt>Pulled</dt><dd>.*?</dd>")


def night(scene: Scene, day: int) -> None:
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))
    scene.sync()


def test_an_objective_without_key_results_comes_last(pages: FastAPI, told: Scene) -> None:
    file = told.root / "okrs/2026-Q4.yaml"
    rewrite(file, {"objectives:\n": "objectives:\n  - { id: empty, title: Nothing yet }\n"})
    told.sync()
    worst_first = ask(pages, OVERVIEW, params={"order": "worst"})
    assert worst_first.status_code == 200
    assert worst_first.text.index('id="o-grow"') < worst_first.text.index('id="o-empty"')
    as_written = ask(pages, OVERVIEW).text
    assert as_written.index('id="o-empty"') < as_written.index('id="o-grow"')


def test_as_known_at_an_earlier_moment_nothing_was_pulled_later(
    pages: FastAPI, told: Scene, store: Store
) -> None:
    instants = {r.recorded_at for days in told.told().values() for r in days.values()}
    night(told, 24)
    [first] = instants
    assert pulled(pages) == "Pulled 24 Nov 2026, 04:00 CET"
    # The moment itself is in it, for its figures are.
    assert pulled(pages, known_at=first.isoformat()) == "Pulled 23 Nov 2026, 04:00 CET"
    assert pulled(pages, known_at="2026-11-22T00:00:00") == "Pulled never"


def test_what_did_not_answer_was_not_pulled(pages: FastAPI, told: Scene) -> None:
    told.fault("/|RunReport", status=503)
    night(told, 24)
    page = ask(pages, OVERVIEW).text
    assert part(page, r"<dt>Sources</dt><dd>.*?</dd>") == "Sources 2 did not answer"
    assert pulled(pages) == "Pulled 23 Nov 2026, 04:00 CET"


def test_what_is_stale_says_why_where_it_needs_attention(pages: FastAPI, told: Scene) -> None:
    told.fault("/|RunReport", status=503)
    night(told, 24)
    page = ask(pages, OVERVIEW).text
    found = part(page, r'<div class="attention">.*?</ol>')
    assert "? stale Win MQLs as of 22 Nov 2026, because mqls is not known on 23 Nov 2026" in found


def test_as_known_at_an_earlier_moment_the_cycle_is_that_of_its_day(
    pages: FastAPI, told: Scene, okr: Okr
) -> None:
    """As `okr status` has it, also where a pretend world's clock stands still later."""
    end_early(told.root, date(2026, 11, 20), 3)
    (told.root / "okrs/winter.yaml").write_text(
        "cycle: { id: winter, starts: 2026-11-21, ends: 2026-12-31 }\n"
        "objectives: [{ id: more, title: More }]\n",
        "utf-8",
    )
    night(told, 24)
    for moment, cycle in (("2026-11-21T23:59:59", "2026-Q4"), ("2026-11-22T00:00:00", "winter")):
        page = ask(pages, "/w/pretend", params={"known_at": moment}).text
        assert part(page, r"<title>.*?</title>").startswith(f"A small pretend company {cycle}")
        if cycle == "2026-Q4":
            rows = okr("status", "--known-at", moment, "--output", "json").rows
            assert {row["cycle"] for row in rows} == {cycle}


def test_days_that_nobody_recorded_are_told(pages: FastAPI, told: Scene) -> None:
    def told_at(day: int, hour: int, **query: str) -> str:
        told.move_to(datetime(2026, 11, day, hour, tzinfo=UTC))
        told.sync(date(2026, 11, 22))
        return ask(pages, OVERVIEW, params=query).text

    assert "Did the sync run?" not in told_at(23, 9)
    assert "Did the sync run?" not in told_at(24, 7), "last night's may still be to come"
    assert "1 day is not recorded" in told_at(24, 9)
    assert "3 days are not recorded: the last one is 22 Nov 2026. Did" in told_at(26, 9)
    assert "Did the sync run?" not in told_at(26, 9, as_of="2026-11-22"), (
        "that day is what is asked"
    )


def test_what_is_not_known_is_complete_up_to_no_day(many: Many) -> None:
    many.sync("birch", Status.NO_DATA)
    many.sync("cedar", Status.NO_DATA, Status.ON_TRACK)
    complete = r"<dt>Complete up to</dt><dd>.*?</dd>"
    assert part(many.get("/w/birch").text, complete) == "Complete up to –"
    assert part(many.get("/w/cedar").text, complete) == "Complete up to 22 Nov 2026"
    found = every_workspace(many.store)
    assert found.through("birch") is None
    assert found.through("cedar") == SUNDAY


def test_an_address_that_cannot_be_read_is_told_how_a_day_is_written(pages: FastAPI) -> None:
    answer = ask(pages, OVERVIEW, params={"as_of": "yesterday"})
    assert answer.status_code == 422
    assert "a day is written 2026-11-22" in answer.text
    assert "renamed" not in answer.text
    assert "renamed" in ask(pages, "/w/nowhere").text
